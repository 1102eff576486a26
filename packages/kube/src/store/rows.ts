import { textOf, type KubeObject } from '../object.ts'
import type { Disk, Row } from './disk.ts'
import type { StoreEvent } from './event-log.ts'
import type { ObjectKey } from './object-table.ts'

/** Where everything lies: the text before the first slash names the table. */
const table = {
  /** resource/namespace/name → the object. */
  object: 'o/',
  /** Version, 16 digits → the change that made it. */
  event: 'e/',
  /** → the newest version whose change is forgotten. */
  compacted: 'm/compacted',
} as const

/** Returns the row that holds an object, or takes it away. */
export function objectRow(
  { resource, namespace, name }: ObjectKey,
  object: KubeObject | undefined,
): Row {
  const key = `${table.object}${resource}/${namespace}/${name}`
  return object === undefined ? { key } : { key, value: textOf(object) }
}

/** Returns the row that holds a change. */
export function eventRow({ revision, type, key, object, previous }: StoreEvent): Row {
  const head = JSON.stringify({ type, key })
  const before = previous === undefined ? '' : `,"previous":${textOf(previous)}`
  return {
    key: eventKey(revision),
    value: `${head.slice(0, -1)},"object":${textOf(object)}${before}}`,
  }
}

/** Returns the key of a change; keys sort as versions do. */
export function eventKey(revision: number): string {
  return `${table.event}${String(revision).padStart(16, '0')}`
}

/** Returns the row that says up to where changes are forgotten. */
export function compactedRow(revision: number): Row {
  return { key: table.compacted, value: String(revision) }
}

/** Everything that lies on a disk. */
export type Rows = {
  readonly compacted: number
  readonly objects: readonly (readonly [ObjectKey, KubeObject])[]
  readonly events: readonly StoreEvent[]
}

/** Returns everything that lies on a disk; nothing else writes there, so its form is not checked again. */
export async function readRows(disk: Disk): Promise<Rows> {
  let compacted = 0
  for await (const [, value] of disk.rows(table.compacted)) compacted = Number(value)
  const objects: (readonly [ObjectKey, KubeObject])[] = []
  for await (const [key, value] of disk.rows(table.object)) {
    const [resource = '', namespace = '', name = ''] = key.slice(table.object.length).split('/')
    objects.push([{ resource, namespace, name }, JSON.parse(value) as KubeObject])
  }
  const events: StoreEvent[] = []
  for await (const [key, value] of disk.rows(table.event)) {
    const event = JSON.parse(value) as Omit<StoreEvent, 'revision' | 'length'>
    const { length } = JSON.stringify(event.object)
    events.push({ ...event, length, revision: Number(key.slice(table.event.length)) })
  }
  return { compacted, objects, events }
}
