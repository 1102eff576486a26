import type { Json } from '../../json.ts'
import type { KubeObject } from '../../object.ts'
import { ageOf } from '../age.ts'
import type { Column } from '../resource-type.ts'

/** The column that every table begins with. */
export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object, unique in its namespace.',
  priority: 0,
  cell: ({ metadata }) => metadata.name ?? '',
}

/** How long ago the object was created. */
export const ageColumn: Column = {
  name: 'Age',
  type: 'string',
  description: 'How long ago it was created.',
  priority: 0,
  cell: ({ metadata }, nowMs) => ageOf(metadata.creationTimestamp, nowMs),
}

/** Returns a column of text. */
export function column(
  name: string,
  cell: (object: KubeObject, nowMs: number) => Json,
  more: Partial<Pick<Column, 'type' | 'priority' | 'description'>> = {},
): Column {
  return { name, type: 'string', description: `${name}.`, priority: 0, cell, ...more }
}
