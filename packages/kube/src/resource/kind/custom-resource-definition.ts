import { fieldsOf, itemsOf, stringOf } from '../../json.ts'
import type { KubeObject } from '../../object.ts'
import type { Cause } from '../../status-error.ts'
import { compileSchema } from '../custom-schema.ts'
import { invalidValue, required } from '../resource-type.ts'
import { column, nameColumn } from './column.ts'
import { coreType, statusOf } from './core-type.ts'

/** Definitions of custom resources. */
export const customResourceDefinitionType = coreType({
  group: 'apiextensions.k8s.io',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shape: 'V1CustomResourceDefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  isNamespaced: false,
  hasStatus: true,
  hasGeneration: true,
  subresources: [statusOf('CustomResourceDefinition')],
  columns: [nameColumn, column('Created At', ({ metadata }) => metadata.creationTimestamp ?? '')],
  setDefaults: (definition) => {
    const { spec = {} } = definition
    const names = fieldsOf(spec['names'])
    const kind = stringOf(names['kind'])
    const accepted = { singular: kind.toLowerCase(), listKind: `${kind}List`, ...names }
    const condition = (type: string, reason: string) => ({ type, status: 'True', reason })
    return {
      ...definition,
      spec: { conversion: { strategy: 'None' }, ...spec, names: accepted },
      status: {
        acceptedNames: accepted,
        storedVersions: itemsOf(spec['versions']).map((version) => stringOf(version['name'])),
        conditions: [
          condition('NamesAccepted', 'NoConflicts'),
          condition('Established', 'InitialNamesAccepted'),
        ],
      },
    }
  },
  validate,
})

function validate(
  { metadata, spec = {} }: KubeObject,
  current: KubeObject | undefined,
): readonly Cause[] {
  const [names, group] = [fieldsOf(spec['names']), stringOf(spec['group'])]
  const versions = itemsOf(spec['versions'])
  const name = `${stringOf(names['plural'])}.${group}`
  const before = current?.spec ?? spec
  const fixed = ['group', 'scope'].filter((field) => before[field] !== spec[field])
  return [
    ...(group.includes('.')
      ? []
      : [invalidValue('spec.group', group, 'should be a domain with at least one dot')]),
    ...(stringOf(names['kind']) === '' ? [required('spec.names.kind')] : []),
    ...(metadata.name === name
      ? []
      : [invalidValue('metadata.name', metadata.name, `must be spec.names.plural+"."+spec.group`)]),
    ...(versions.length === 1
      ? []
      : [
          invalidValue(
            'spec.versions',
            versions.length,
            'this server serves exactly one version of a custom resource',
          ),
        ]),
    ...fixed.map((field) => invalidValue(`spec.${field}`, spec[field], 'field is immutable')),
    ...versions.flatMap((version, index) =>
      validateSchema(version, `spec.versions[${index}].schema`),
    ),
  ]
}

function validateSchema(version: Parameters<typeof fieldsOf>[0], path: string): readonly Cause[] {
  const schema = fieldsOf(fieldsOf(fieldsOf(version)['schema'])['openAPIV3Schema'])
  if (Object.keys(schema).length === 0) return [required(`${path}.openAPIV3Schema`)]
  try {
    compileSchema(schema)
    return []
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure)
    return [invalidValue(`${path}.openAPIV3Schema`, '…', why)]
  }
}
