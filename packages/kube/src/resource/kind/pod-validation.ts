import { isDeepStrictEqual } from 'node:util'

import {
  fieldsOf,
  isInt32,
  itemsOf,
  stringOf,
  textValue,
  type Json,
  type JsonObject,
} from '../../json.ts'
import type { KubeObject } from '../../object.ts'
import type { Cause } from '../../status-error.ts'
import { checkLabel } from '../metadata.ts'
import { forbidden, invalidValue, required } from '../resource-type.ts'

const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/

/** Returns what is wrong with a pod. */
export function validatePod(pod: KubeObject, current: KubeObject | undefined): readonly Cause[] {
  if (current !== undefined) return validateUpdate(pod, current)
  const spec = pod.spec ?? {}
  const containers = itemsOf(spec['containers'])
  const volumes = new Set(itemsOf(spec['volumes']).map((volume) => stringOf(volume['name'])))
  const check = (list: string) =>
    itemsOf(spec[list]).flatMap((container, index) =>
      validateContainer(container, { path: `spec.${list}[${index}]`, volumes }),
    )
  return [
    ...(containers.length === 0 ? [required('spec.containers')] : []),
    ...check('containers'),
    ...check('initContainers'),
    ...duplicates('spec.containers', [...containers, ...itemsOf(spec['initContainers'])]),
    ...duplicates('spec.volumes', itemsOf(spec['volumes'])),
    ...validateGrace(spec['terminationGracePeriodSeconds']),
    ...oneOf('spec.restartPolicy', spec['restartPolicy'], ['Always', 'OnFailure', 'Never']),
  ]
}

function validateGrace(seconds: Json | undefined): readonly Cause[] {
  if (seconds === undefined || isInt32(seconds)) return []
  return [invalidValue('spec.terminationGracePeriodSeconds', seconds, 'must be a whole number')]
}

type ContainerPlace = { readonly path: string; readonly volumes: ReadonlySet<string> }

function validateContainer(
  container: JsonObject,
  { path, volumes }: ContainerPlace,
): readonly Cause[] {
  const name = stringOf(container['name'])
  const mounts = itemsOf(container['volumeMounts'])
  return [
    ...(name === '' ? [required(`${path}.name`)] : checkLabel(`${path}.name`, name)),
    ...(stringOf(container['image']).trim() === '' ? [required(`${path}.image`)] : []),
    ...oneOf(`${path}.imagePullPolicy`, container['imagePullPolicy'], [
      'Always',
      'IfNotPresent',
      'Never',
    ]),
    ...itemsOf(container['ports']).flatMap((port, index) =>
      validatePort(port, `${path}.ports[${index}]`),
    ),
    ...itemsOf(container['env']).flatMap((variable, index) =>
      stringOf(variable['name']) === '' ? [required(`${path}.env[${index}].name`)] : [],
    ),
    ...mounts.flatMap((mount, index) =>
      validateMount(mount, { path: `${path}.volumeMounts[${index}]`, volumes }),
    ),
    ...validateQuantities(fieldsOf(container['resources']), `${path}.resources`),
  ]
}

function validatePort(port: JsonObject, path: string): readonly Cause[] {
  const number = port['containerPort']
  const isPort = typeof number === 'number' && number >= 1 && number <= 65_535
  return [
    ...(isPort
      ? []
      : [invalidValue(`${path}.containerPort`, number, 'must be between 1 and 65535, inclusive')]),
    ...oneOf(`${path}.protocol`, port['protocol'], ['SCTP', 'TCP', 'UDP']),
  ]
}

function validateMount(mount: JsonObject, { path, volumes }: ContainerPlace): readonly Cause[] {
  const name = stringOf(mount['name'])
  const missing = {
    reason: 'FieldValueNotFound',
    message: `Not found: "${name}"`,
    field: `${path}.name`,
  }
  return [
    ...(volumes.has(name) ? [] : [missing]),
    ...(stringOf(mount['mountPath']) === '' ? [required(`${path}.mountPath`)] : []),
  ]
}

function validateQuantities(resources: JsonObject, path: string): readonly Cause[] {
  return ['limits', 'requests'].flatMap((field) =>
    Object.entries(fieldsOf(resources[field]))
      .filter(([, value]) => !QUANTITY.test(textValue(value)))
      .map(([name, value]) =>
        invalidValue(`${path}.${field}.${name}`, value, 'quantities are e.g. 500m, 2, 512Mi'),
      ),
  )
}

function oneOf(
  field: string,
  value: Json | undefined,
  supported: readonly string[],
): readonly Cause[] {
  if (value === undefined || supported.includes(textValue(value))) return []
  const list = supported.map((text) => `"${text}"`).join(', ')
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`
  return [{ reason: 'FieldValueNotSupported', message, field }]
}

function duplicates(field: string, items: readonly JsonObject[]): readonly Cause[] {
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    const name = stringOf(item['name'])
    if (seen.size < seen.add(name).size) return []
    const message = `Duplicate value: "${name}"`
    return [{ reason: 'FieldValueDuplicate', message, field: `${field}[${index}].name` }]
  })
}

const updatable =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

function validateUpdate(pod: KubeObject, current: KubeObject): readonly Cause[] {
  const [spec, before] = [pod.spec ?? {}, current.spec ?? {}]
  const isSame = isDeepStrictEqual(withoutUpdatable(spec), withoutUpdatable(before))
  const images = ['containers', 'initContainers'].flatMap((list) =>
    itemsOf(spec[list]).flatMap((container, index) =>
      stringOf(container['image']).trim() === '' ? [required(`spec.${list}[${index}].image`)] : [],
    ),
  )
  const tolerations = new Set(itemsOf(spec['tolerations']).map(fieldText))
  const isKept = itemsOf(before['tolerations']).every((kept) => tolerations.has(fieldText(kept)))
  return [...images, ...(isSame && isKept ? [] : [forbidden('spec', updatable)])]
}

const fieldText = (fields: JsonObject) =>
  JSON.stringify(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)))

function withoutUpdatable(spec: JsonObject): JsonObject {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...rest } = spec
  const lists = ['containers', 'initContainers'].filter((list) => spec[list] !== undefined)
  const blank = (list: string) =>
    itemsOf(spec[list]).map((container) => ({ ...container, image: '' }))
  return { ...rest, ...Object.fromEntries(lists.map((list) => [list, blank(list)])) }
}
