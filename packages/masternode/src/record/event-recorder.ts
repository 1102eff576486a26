import { defineForSure, defineInstances, instances } from '@nexqloud/control'
import type { Clock } from '@nexqloud/kernel'
import { createInformer, kinds, type KubeClient } from '@nexqloud/kube'
import { DatabaseRefusedError, type RecordedEvent } from '@nexqloud/store'

import type { RecordDatabase } from './record-database.ts'
import { recordedEventOf, recordedStopOf } from './recorded-event.ts'

/** Events that wait to be written; beyond that, all that the API still has are written again. */
const MOST_WAITING = 10_000
/** How often what waits is written: milliseconds. */
const WRITE_MS = 500

/** What recording events takes. */
export type EventRecorderOptions = {
  readonly client: KubeClient
  readonly database: RecordDatabase
  /** What was noted that the API does not say. */
  readonly notes: EventNotes
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
}

/** Events that nobody else keeps, until they are written. */
export type EventNotes = {
  readonly add: (event: RecordedEvent) => void
  readonly take: () => readonly RecordedEvent[]
}

/** Returns notes; of more than can wait the oldest fall. */
export function createEventNotes(): EventNotes {
  let waiting: RecordedEvent[] = []
  return {
    add: (event) => {
      waiting.push(event)
      if (waiting.length > MOST_WAITING) waiting.shift()
    },
    take: () => {
      const taken = waiting
      waiting = []
      return taken
    },
  }
}

/** Writes what the API says has happened, until the signal aborts. While the database is away the API keeps it. */
export async function runEventRecorder(
  options: EventRecorderOptions,
  signal: AbortSignal,
): Promise<void> {
  const { database, notes, clock, onFailure } = options
  const waiting = createWaitingEvents()
  const { events, stops } = createSources(options, waiting.add)
  const listAll = (): readonly (RecordedEvent | undefined)[] => [
    ...events.list().map(recordedEventOf),
    ...stops.list().map(recordedStopOf),
  ]

  const writing = async (): Promise<void> => {
    while (!signal.aborted) {
      await clock.delay(WRITE_MS, signal)
      const batch = [...waiting.take(listAll), ...notes.take()]
      if (batch.length > 0) await putForSure(options, batch, signal).catch(onFailure)
    }
    // What happened last is often why it ends.
    const batch = [...waiting.take(listAll), ...notes.take()]
    await database.use((store) => store.putEvents(batch)).catch(() => {})
  }
  const following = async (): Promise<void> => {
    await defineForSure(options, defineInstances, signal)
    await stops.run(signal)
  }
  await Promise.all([events.run(signal), following(), writing()])
}

function createSources(
  options: EventRecorderOptions,
  add: (event: RecordedEvent | undefined) => void,
) {
  const events = createInformer(options.client, {
    ...options,
    kind: kinds.events,
    onChange: ({ type, object }) => {
      if (type !== 'deleted') add(recordedEventOf(object))
    },
  })
  const stops = createInformer(options.client, {
    ...options,
    kind: instances,
    onChange: ({ type, object }) => {
      if (type !== 'deleted') add(recordedStopOf(object))
    },
  })
  return { events, stops }
}

/** Returns what waits to be written; where that is too much, it is asked for again. */
function createWaitingEvents() {
  const waiting = new Map<string, RecordedEvent>()
  let hasMissed = false

  function add(event: RecordedEvent | undefined): void {
    if (event === undefined) return
    if (waiting.size >= MOST_WAITING) {
      hasMissed = true
      waiting.clear()
    }
    const known = waiting.get(event.key)
    // An event of the healer's says less than the instance.
    if (known === undefined || known.evidence === '') waiting.set(event.key, event)
  }

  return {
    add,
    take: (listAll: () => readonly (RecordedEvent | undefined)[]): readonly RecordedEvent[] => {
      const taken = hasMissed ? listAll() : [...waiting.values()]
      waiting.clear()
      hasMissed = false
      return taken.filter((event) => event !== undefined)
    },
  }
}

/** Writes events; those that the database will never take are told, and let fall. */
async function putForSure(
  options: Pick<EventRecorderOptions, 'database' | 'onFailure'>,
  batch: readonly RecordedEvent[],
  signal: AbortSignal,
): Promise<void> {
  const { database, onFailure } = options
  try {
    await database.useForSure((store) => store.putEvents(batch), signal)
  } catch (failure) {
    if (!(failure instanceof DatabaseRefusedError)) throw failure
    if (batch.length < 2) return onFailure(failure)
    const half = batch.length >>> 1
    await putForSure(options, batch.slice(0, half), signal)
    await putForSure(options, batch.slice(half), signal)
  }
}
