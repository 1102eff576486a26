import type { KubeObject } from '../object.ts'
import { RevisionExpiredError } from './errors.ts'
import type { ObjectKey } from './object-table.ts'

/** One change of one object. */
export type StoreEvent = {
  /** The version that the change made; no two changes share one. */
  readonly revision: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly key: ObjectKey
  /** What it is from now on; of a deleted one what it was last, with the version of the deletion. */
  readonly object: KubeObject
  /** What it was before; nothing where it is new. */
  readonly previous?: KubeObject
}

/** The newest changes, in order: what a watch that was cut off goes on from. */
export type EventLog = {
  readonly append: (event: StoreEvent) => void
  /** Forgets the oldest, and returns them; none while there are few. */
  readonly compact: () => readonly StoreEvent[]
  /**
   * Returns the changes of one resource after a revision.
   *
   * @throws {@link RevisionExpiredError} where some of them are forgotten.
   */
  readonly after: (resource: string, revision: number) => readonly StoreEvent[]
  /** The newest revision whose change is forgotten; watches go on from here at the earliest. */
  readonly compacted: () => number
}

/** How many are forgotten at once, so that forgetting costs little. */
const CHUNK = 1000

/** Returns a log that keeps so many changes, and at most a chunk more. */
export function createEventLog(options: {
  readonly retained: number
  readonly compacted: number
}): EventLog {
  const events: StoreEvent[] = []
  let { compacted } = options
  return {
    append: (event) => {
      events.push(event)
    },
    compact: () => {
      if (events.length < options.retained + CHUNK) return []
      const forgotten = events.splice(0, CHUNK)
      compacted = forgotten.at(-1)?.revision ?? compacted
      return forgotten
    },
    after: (resource, revision) => {
      if (revision < compacted) throw new RevisionExpiredError(revision, compacted)
      const found = events.slice(firstAfter(events, revision))
      return found.filter(({ key }) => key.resource === resource)
    },
    compacted: () => compacted,
  }
}

/** Returns the index of the first event after a revision, by halving. */
function firstAfter(events: readonly StoreEvent[], revision: number): number {
  let [low, high] = [0, events.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((events[middle]?.revision ?? 0) <= revision) low = middle + 1
    else high = middle
  }
  return low
}
