import type { KubeObject } from '../object.ts'
import type { Cause } from '../status-error.ts'
import { forbidden, invalidValue, required, type ResourceType } from './resource-type.ts'

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const NAME_PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/

const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

/** Bytes that the annotations of an object may have together. */
const MAX_ANNOTATION_BYTES = 256 << 10

/** Returns what is wrong with a text that must be the name of a container or a namespace. */
export function checkLabel(field: string, text: string): readonly Cause[] {
  return text.length <= 63 && LABEL.test(text) ? [] : [invalidValue(field, text, labelRule)]
}

/** Returns what is wrong with what an object says about itself. */
export function validateMetadata(
  type: ResourceType,
  { metadata }: KubeObject,
  current: KubeObject | undefined,
): readonly Cause[] {
  return [
    ...(current === undefined ? validateName(type, metadata.name ?? '') : []),
    ...Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => validateTag(key, value)),
    ...validateAnnotations(metadata.annotations ?? {}),
    ...validateFinalizers(metadata.finalizers ?? [], current),
  ]
}

function validateName(type: ResourceType, name: string): readonly Cause[] {
  if (name === '') return [required('metadata.name', 'name or generateName is required')]
  if (type.kind === 'Namespace') return checkLabel('metadata.name', name)
  if (name.length <= 253 && SUBDOMAIN.test(name)) return []
  return [invalidValue('metadata.name', name, subdomainRule)]
}

function validateTag(key: string, value: string): readonly Cause[] {
  const isValue = value === '' || (value.length <= 63 && NAME_PART.test(value))
  return [
    ...validateKey('metadata.labels', key),
    ...(isValue
      ? []
      : [invalidValue('metadata.labels', value, 'a valid label has at most 63 of [-A-Za-z0-9_.]')]),
  ]
}

function validateKey(field: string, key: string): readonly Cause[] {
  const [name = '', prefix, ...rest] = key.split('/').toReversed()
  const isPrefix = prefix === undefined || (prefix.length <= 253 && SUBDOMAIN.test(prefix))
  if (rest.length === 0 && isPrefix && name.length <= 63 && NAME_PART.test(name)) return []
  return [
    invalidValue(
      field,
      key,
      'a qualified name is an optional DNS subdomain, "/" and at most 63 of [-A-Za-z0-9_.]',
    ),
  ]
}

function validateAnnotations(annotations: Readonly<Record<string, string>>): readonly Cause[] {
  const keys = Object.keys(annotations)
  const bytes = keys.reduce((sum, key) => sum + key.length + (annotations[key] ?? '').length, 0)
  const wrong = keys.flatMap((key) => validateKey('metadata.annotations', key.toLowerCase()))
  if (bytes <= MAX_ANNOTATION_BYTES) return wrong
  const message = `Too long: may not be more than ${MAX_ANNOTATION_BYTES} bytes`
  return [...wrong, { reason: 'FieldValueTooLong', message, field: 'metadata.annotations' }]
}

function validateFinalizers(
  finalizers: readonly string[],
  current: KubeObject | undefined,
): readonly Cause[] {
  const wrong = finalizers.flatMap((name) => validateKey('metadata.finalizers', name))
  if (current?.metadata.deletionTimestamp === undefined) return wrong
  const before = new Set(current.metadata.finalizers)
  const added = finalizers.filter((name) => !before.has(name))
  if (added.length === 0) return wrong
  const list = added.map((name) => JSON.stringify(name)).join(', ')
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`
  return [...wrong, forbidden('metadata.finalizers', why)]
}

const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

/** Returns a name from its beginning, with five letters that no word is made of; `roll` returns 0 to `sides` − 1. */
export function generateName(beginning: string, roll: (sides: number) => number): string {
  const letters = Array.from({ length: 5 }, () => SUFFIX_LETTERS[roll(SUFFIX_LETTERS.length)])
  return `${beginning.slice(0, 58)}${letters.join('')}`
}
