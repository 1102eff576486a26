import type { Kysely } from 'kysely'

import { databaseFailure, type DatabaseDamagedError } from '../database/errors.ts'
import { openDatabase, type DatabasePlace } from '../database/open-database.ts'
import type { Schema } from '../database/schema.ts'
import { putEvents, readEvents, type EventSubject, type RecordedEvent } from './event.ts'
import {
  lastLineAt,
  listStreams,
  putLines,
  readLines,
  trimLines,
  type LogKey,
  type LogLine,
  type LogStream,
  type RecordedStream,
} from './log.ts'
import { putOutage, readOutages, type Outage } from './outage.ts'

/**
 * What happened and what was said, in SQL. Whatever is written may be written again: it is there once. Everything throws
 * {@link DatabaseAwayError} where the database does not work, and {@link DatabaseRefusedError} where it never will take what it was given.
 */
export type RecordStore = {
  /** Why its database was begun anew when it was opened; nothing where it was not. */
  readonly begunAnew: DatabaseDamagedError | undefined
  readonly putEvents: (events: readonly RecordedEvent[]) => Promise<void>
  /** Returns the newest, oldest first. */
  readonly readEvents: (subject: EventSubject, most: number) => Promise<readonly RecordedEvent[]>
  readonly putLines: (stream: LogStream, lines: readonly LogLine[], now: Date) => Promise<void>
  /** Returns the time of the newest line; nothing where there is none. */
  readonly lastLineAt: (key: LogKey) => Promise<string | undefined>
  /** Returns the containers of an instance that wrote, in the order in which they began. */
  readonly listStreams: (
    instance: Pick<LogStream, 'namespace' | 'name'>,
  ) => Promise<readonly RecordedStream[]>
  /** Returns the newest lines, oldest first. */
  readonly readLines: (key: LogKey, most: number) => Promise<readonly LogLine[]>
  readonly putOutage: (outage: Parameters<typeof putOutage>[1]) => Promise<void>
  readonly readOutages: (since: Date) => Promise<readonly Outage[]>
  /** Takes away what is too old, and of each container that was written to since the last time, what is too much. */
  readonly prune: (now: Date) => Promise<void>
  readonly close: () => Promise<void>
}

const DAY_MS = 86_400_000
/** Events are kept for a quarter of a year, logs for two weeks after the last line. */
const EVENTS_KEPT_MS = 90 * DAY_MS
const LOGS_KEPT_MS = 14 * DAY_MS

/**
 * Opens the record in a database, whose tables are brought up to date.
 *
 * @throws {@link DatabaseAwayError}, {@link DatabaseNewerError}
 */
export async function openRecordStore(place: DatabasePlace): Promise<RecordStore> {
  const { db, begunAnew } = await openDatabase(place)
  const written = new Map<string, LogKey>()
  return {
    begunAnew,
    putEvents: (events) => explained(putEvents(db, events)),
    readEvents: (subject, most) => explained(readEvents(db, subject, most)),
    putLines: async (stream, lines, now) => {
      const { podUid, container } = stream
      await explained(putLines(db, stream, { lines, now }))
      written.set(`${podUid}/${container}`, { podUid, container })
    },
    lastLineAt: (key) => explained(lastLineAt(db, key)),
    listStreams: (instance) => explained(listStreams(db, instance)),
    readLines: (key, most) => explained(readLines(db, key, most)),
    putOutage: (outage) => explained(putOutage(db, outage)),
    readOutages: (since) => explained(readOutages(db, since)),
    prune: async (now) => {
      for (const [name, key] of written) {
        await explained(trimLines(db, key))
        written.delete(name)
      }
      await explained(pruneOld(db, now))
    },
    close: () => db.destroy(),
  }
}

async function pruneOld(db: Kysely<Schema>, now: Date): Promise<void> {
  const before = (keptMs: number) => new Date(now.getTime() - keptMs)
  await db.deleteFrom('event').where('at', '<', before(EVENTS_KEPT_MS)).execute()
  await db.deleteFrom('outage').where('until_at', '<', before(EVENTS_KEPT_MS)).execute()
  await db.deleteFrom('log_stream').where('written_at', '<', before(LOGS_KEPT_MS)).execute()
}

async function explained<Type>(asking: Promise<Type>): Promise<Type> {
  try {
    return await asking
  } catch (failure) {
    throw databaseFailure(failure)
  }
}
