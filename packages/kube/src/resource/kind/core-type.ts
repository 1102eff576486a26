import type { ResourceType, Subresource } from '../resource-type.ts'
import { decodeShape } from '../shape.ts'
import { ageColumn, nameColumn } from './column.ts'

type Named = Pick<ResourceType, 'kind' | 'plural'> & {
  /** The official client's name of the type. */
  readonly shape: string
}

/** Returns a kind of Kubernetes' own: its fields are those of the official client's type. */
export function coreType({
  shape,
  ...row
}: Named & Partial<Omit<ResourceType, 'decode'>>): ResourceType {
  return {
    group: '',
    version: 'v1',
    singular: row.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    isNamespaced: true,
    hasStatus: false,
    hasGeneration: false,
    subresources: [],
    selectable: {},
    columns: [nameColumn, ageColumn],
    setDefaults: (object) => object,
    validate: () => [],
    mergesStrategically: true,
    decode: (value) => decodeShape(shape, value),
    ...row,
  }
}

/** Returns the subresource that alone writes an object's status. */
export function statusOf(kind: string): Subresource {
  return { name: 'status', kind, verbs: ['get', 'patch', 'update'] }
}
