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
  /** Characters of that object's JSON. */
  readonly length: number
  /** What it was before; nothing where it is new. */
  readonly previous?: KubeObject
}

/** The newest changes, in order: what a watch that was cut off goes on from. */
export type EventLog = {
  readonly append: (event: StoreEvent) => void
  /** Forgets the oldest, and returns them; none while there are few. */
  readonly compact: () => readonly StoreEvent[]
  /**
   * Returns the first change of a resource after a revision; nothing where there is none yet.
   *
   * @throws {@link RevisionExpiredError} where changes after it are forgotten.
   */
  readonly next: (resource: string, revision: number) => StoreEvent | undefined
  /** The newest revision whose change is forgotten; watches go on from here at the earliest. */
  readonly compacted: () => number
}

/** How much a log keeps. */
export type Retained = {
  readonly retainedEvents: number
  /** Characters of JSON of what the objects were: a thousand large ones would fill the memory. */
  readonly retainedLength: number
}

/** How many are forgotten at once, so that forgetting costs little. */
const CHUNK = 1000

/** Returns a log that keeps so much, and at most a chunk more. */
export function createEventLog(
  { retainedEvents, retainedLength }: Retained,
  forgottenUntil: number,
): EventLog {
  const events: StoreEvent[] = []
  let compacted = forgottenUntil
  let total = 0
  return {
    append: (event) => {
      events.push(event)
      total += event.length
    },
    compact: () => {
      let count = 0
      const least = events.length < retainedEvents + CHUNK ? 0 : CHUNK
      for (const { length } of events) {
        if (count >= least && total <= retainedLength) break
        total -= length
        count += 1
      }
      const forgotten = events.splice(0, count)
      compacted = forgotten.at(-1)?.revision ?? compacted
      return forgotten
    },
    next: (resource, revision) => {
      if (revision < compacted) throw new RevisionExpiredError(revision, compacted)
      for (let at = firstAfter(events, revision); at < events.length; at += 1) {
        if (events[at]?.key.resource === resource) return events[at]
      }
      return undefined
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
