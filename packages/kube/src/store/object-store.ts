import { forgetText, textOf, withMeta, type KubeObject } from '../object.ts'
import type { Disk, Row } from './disk.ts'
import { ObjectTooLargeError } from './errors.ts'
import { createEventLog, type EventLog, type Retained, type StoreEvent } from './event-log.ts'
import { createObjectTable, type ObjectKey, type ObjectTable } from './object-table.ts'
import { compactedRow, eventKey, eventRow, objectRow, readRows } from './rows.ts'
import { shareEqual } from './share-equal.ts'

/** Characters of an object's JSON: etcd's limit of a request. */
const MAX_OBJECT = 1.5 * (1 << 20)

const defaultRetained: Retained = { retainedEvents: 10_000, retainedLength: 32 << 20 }

/**
 * Decides what becomes of an object: returns what it is from now on, nothing where it goes; throws where it may not be.
 * Gets what was written last, be it on the disk already or not.
 */
export type Decide = (current: KubeObject | undefined) => KubeObject | undefined

/** All objects, each change of which has a version of its own. Reads see what is on the disk, nothing else. */
export type ObjectStore = {
  /** The version of the newest change. */
  readonly revision: () => number
  /** The newest version whose change is forgotten. */
  readonly compacted: () => number
  readonly get: (key: ObjectKey) => KubeObject | undefined
  /** Returns what an object was written to be last, be that on the disk already or not: what decisions rest on. */
  readonly newest: (key: ObjectKey) => KubeObject | undefined
  /** Returns the objects of a resource, or of one of its namespaces, in the order of namespace and name. */
  readonly list: (resource: string, namespace?: string) => readonly KubeObject[]
  /**
   * Changes one object, and resolves once that is on the disk: with what it is now, or what it was last where it is gone.
   * What changes nothing keeps its version.
   *
   * @throws {@link ObjectTooLargeError}
   * @throws {@link StoreFailedError} where the disk refused, now or before; whoever asks has it tried whether there is room again.
   */
  readonly write: (key: ObjectKey, decide: Decide) => Promise<KubeObject>
  /**
   * Returns the first change of a resource after a version; nothing where there is none yet.
   *
   * @throws {@link RevisionExpiredError} where changes after it are forgotten.
   */
  readonly nextEvent: (resource: string, revision: number) => StoreEvent | undefined
  /** Tells each change of a resource from now on, in order. Returns how to end that. */
  readonly subscribe: (resource: string, listener: (event: StoreEvent) => void) => () => void
  /** Ends it after what was begun is on the disk; may be called twice. */
  readonly close: () => Promise<void>
}

type Waiting = {
  readonly event: StoreEvent
  readonly resolve: () => void
  readonly reject: (failure: unknown) => void
}

type State = {
  readonly disk: Disk
  /** What is on the disk. */
  readonly table: ObjectTable
  readonly log: EventLog
  /** The last change of each object that is not on the disk yet. */
  readonly pending: Map<string, StoreEvent>
  /** Settles when that is on the disk, or is not. */
  readonly writing: Map<string, Promise<void>>
  readonly listeners: Map<string, Set<(event: StoreEvent) => void>>
  queue: Waiting[]
  flushing: Promise<void> | undefined
  /** Why nothing can be written until it has recovered. */
  failure: unknown
  recovering: Promise<void> | undefined
  /** Changes that are forgotten, and still on the disk. */
  forgotten: readonly StoreEvent[]
  /** Versions: given away, and on the disk. */
  given: number
  written: number
}

/** Opens the objects that lie on a disk; of their changes the newest are kept for watches. */
export async function openObjectStore(
  disk: Disk,
  retained: Partial<Retained> = {},
): Promise<ObjectStore> {
  const state = await load(disk, { ...defaultRetained, ...retained })
  return {
    revision: () => state.written,
    compacted: state.log.compacted,
    get: state.table.get,
    newest: (key) => readNewest(state, key),
    list: state.table.list,
    write: (key, decide) => write(state, key, decide),
    nextEvent: state.log.next,
    subscribe: (resource, listener) => {
      const listeners = state.listeners.get(resource) ?? new Set()
      state.listeners.set(resource, listeners.add(listener))
      return () => listeners.delete(listener)
    },
    close: async () => {
      await state.flushing
      await state.recovering
      await disk.close()
    },
  }
}

async function load(disk: Disk, retained: Retained): Promise<State> {
  const { compacted, objects, events } = await readRows(disk)
  const table = createObjectTable()
  for (const [key, object] of objects) table.set(key, object)
  const log = createEventLog(retained, compacted)
  for (const event of events) {
    log.append({ ...event, object: shareEqual(event.object, table.get(event.key)) })
  }
  const revision = events.at(-1)?.revision ?? compacted
  return {
    disk,
    table,
    log,
    pending: new Map(),
    writing: new Map(),
    listeners: new Map(),
    queue: [],
    flushing: undefined,
    failure: undefined,
    recovering: undefined,
    forgotten: [],
    given: revision,
    written: revision,
  }
}

async function write(state: State, key: ObjectKey, decide: Decide): Promise<KubeObject> {
  if (state.failure !== undefined) {
    state.recovering ??= recover(state)
    throw state.failure
  }
  const current = readNewest(state, key)
  let next: KubeObject | undefined
  try {
    next = decide(current)
  } catch (refusal) {
    // Whoever is refused for what somebody has just written is to find that.
    await state.writing.get(pendingKey(key))
    throw refusal
  }
  if (next === undefined && current === undefined) throw new Error(`${key.name} is not there.`)
  const shared = next && shareEqual(withVersionOf(next, current), current)
  if (shared !== undefined && shared === current) {
    // Others may write on and on: only what it found itself has to be on the disk.
    await state.writing.get(pendingKey(key))
    return current
  }
  const event = createEvent(state, key, { current, next: shared })
  await enqueue(state, event)
  return event.object
}

/** Resolves once a change is on the disk. */
function enqueue(state: State, event: StoreEvent): Promise<void> {
  const key = pendingKey(event.key)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  state.pending.set(key, event)
  state.writing.set(key, promise)
  state.queue.push({ event, resolve, reject })
  state.flushing ??= flush(state)
  return promise
}

function readNewest({ pending, table }: State, key: ObjectKey): KubeObject | undefined {
  const waiting = pending.get(pendingKey(key))
  return waiting === undefined ? table.get(key) : objectAfter(waiting)
}

function withVersionOf(next: KubeObject, current: KubeObject | undefined): KubeObject {
  return withMeta(next, { resourceVersion: current?.metadata.resourceVersion })
}

function createEvent(
  state: State,
  key: ObjectKey,
  change: { readonly current: KubeObject | undefined; readonly next: KubeObject | undefined },
): StoreEvent {
  const { current, next } = change
  const last = next ?? current
  if (last === undefined) throw new Error(`${key.name} is not there.`)
  const revision = state.given + 1
  const object = withMeta(last, { resourceVersion: String(revision) })
  // What cannot be written down, e.g. nested too deeply, is its writer's failure, and not that of its batch.
  const { length } = textOf(object)
  if (length > MAX_OBJECT && next !== undefined) {
    throw new ObjectTooLargeError(key.name, length, MAX_OBJECT)
  }
  state.given = revision
  if (current === undefined) return { revision, type: 'ADDED', key, object, length }
  const type = next === undefined ? 'DELETED' : 'MODIFIED'
  return { revision, type, key, object, length, previous: current }
}

/** Writes all that waits, together, until nothing waits: many writers share one sync of the disk. */
async function flush(state: State): Promise<void> {
  // What is asked for in the same turn travels in the same batch.
  await Promise.resolve()
  while (state.queue.length > 0) {
    const batch = state.queue
    state.queue = []
    try {
      await state.disk.write(rowsOf(state, batch))
    } catch (failure) {
      state.failure = failure
      for (const { reject } of [...batch, ...state.queue]) reject(failure)
      state.queue = []
      state.pending.clear()
      state.writing.clear()
      break
    }
    state.forgotten = []
    for (const { event, resolve } of batch) {
      publish(state, event)
      resolve()
    }
  }
  state.flushing = undefined
}

/** Begins to write again if the disk lets it; a batch that failed and is there nevertheless has happened. */
async function recover(state: State): Promise<void> {
  try {
    await state.disk.recover()
    const { events } = await readRows(state.disk)
    for (const event of events) if (event.revision > state.written) publish(state, event)
    state.given = state.written
    state.failure = undefined
  } catch (failure) {
    state.failure = failure
  } finally {
    state.recovering = undefined
  }
}

function rowsOf(state: State, batch: readonly Waiting[]): readonly Row[] {
  state.forgotten = [...state.forgotten, ...state.log.compact()]
  const { forgotten } = state
  const rows = batch.flatMap(({ event }) => [
    objectRow(event.key, objectAfter(event)),
    eventRow(event),
  ])
  if (forgotten.length === 0) return rows
  const removed = forgotten.map(({ revision }) => ({ key: eventKey(revision) }))
  return [...rows, ...removed, compactedRow(state.log.compacted())]
}

function publish(state: State, event: StoreEvent): void {
  state.table.set(event.key, objectAfter(event))
  state.log.append(event)
  if (event.previous !== undefined) forgetText(event.previous)
  state.written = event.revision
  const key = pendingKey(event.key)
  if (state.pending.get(key) === event) {
    state.pending.delete(key)
    state.writing.delete(key)
  }
  for (const listener of state.listeners.get(event.key.resource) ?? []) listener(event)
}

function objectAfter({ type, object }: StoreEvent): KubeObject | undefined {
  return type === 'DELETED' ? undefined : object
}

function pendingKey({ resource, namespace, name }: ObjectKey): string {
  return `${resource}/${namespace}/${name}`
}
