import type { KubeObject } from '../object.ts'
import type { ResourceType } from '../resource/resource-type.ts'

/** What a table's rows carry beside their cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object'

/** Returns a `Table` of `meta.k8s.io/v1`: what kubectl prints. */
export function createTable(
  type: ResourceType,
  objects: readonly KubeObject[],
  options: {
    readonly metadata: object
    readonly include: IncludeObject
    readonly hasColumns: boolean
    readonly nowMs: number
  },
): KubeObject {
  const { metadata, include, hasColumns, nowMs } = options
  const definitions = type.columns.map(({ cell: _cell, format = '', ...definition }) => ({
    ...definition,
    format,
  }))
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: hasColumns ? definitions : null,
    rows: objects.map((object) => ({
      cells: type.columns.map(({ cell }) => cell(object, nowMs)),
      ...(include === 'None' ? {} : { object: include === 'Object' ? object : partialOf(object) }),
    })),
  }
}

/** Returns an object's metadata alone. */
function partialOf({ metadata }: KubeObject): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
}
