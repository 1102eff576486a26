import { sql, type Kysely } from 'kysely'

import type { Schema } from '../database/schema.ts'
import { cleanText } from './clean-text.ts'

/** Which container of which pod. */
export type LogKey = { readonly podUid: string; readonly container: string }

/** A container that wrote. */
export type LogStream = LogKey & {
  readonly namespace: string
  /** The pod's name, which is its instance's. */
  readonly name: string
  readonly device: string
}

/** A stream, and when it was written to, by the masternode's clock. */
export type RecordedStream = LogStream & { readonly startedAt: Date; readonly writtenAt: Date }

/** A line that a container wrote, or what is said in the place of lines that were lost. */
export type LogLine = {
  /** By the device's clock, as {@link parseLogTime} returns it. */
  readonly at: string
  /** Counted from 0 among the lines of one moment. */
  readonly ordinal: number
  readonly isGap: boolean
  readonly text: string
}

/** What is kept of each container. */
export const logKept = { lines: 10_000, bytes: 1024 * 1024 } as const

/** What is said of lost lines stands behind all lines of its moment. */
export const GAP_ORDINAL = 1_000_000_000

const ROWS_A_QUERY = 1000

/** Returns a time of a log with nine digits of a second, so that texts stand in the order of times; nothing where it is none. */
export function parseLogTime(text: string): string | undefined {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text)
  return parts === null ? undefined : `${parts[1]}.${(parts[2] ?? '').padEnd(9, '0')}Z`
}

/** Writes lines of a container; those that are there already are left as they are. */
export async function putLines(
  db: Kysely<Schema>,
  { podUid, container, ...stream }: LogStream,
  { lines, now }: { readonly lines: readonly LogLine[]; readonly now: Date },
): Promise<void> {
  const key = { pod_uid: podUid, container }
  await db
    .insertInto('log_stream')
    .values({ ...key, ...stream, started_at: now, written_at: now })
    .onConflict((conflict) =>
      conflict.columns(['pod_uid', 'container']).doUpdateSet({ written_at: now }),
    )
    .execute()
  const rows = lines.map(({ at, ordinal, isGap, text }) => {
    return { ...key, at, ordinal, is_gap: isGap, text: cleanText(text) }
  })
  for (let start = 0; start < rows.length; start += ROWS_A_QUERY) {
    await db
      .insertInto('log_line')
      .values(rows.slice(start, start + ROWS_A_QUERY))
      .onConflict((conflict) =>
        conflict.columns(['pod_uid', 'container', 'at', 'ordinal']).doNothing(),
      )
      .execute()
  }
}

/** Returns when the newest line of a container was written; nothing where there is none. */
export async function lastLineAt(
  db: Kysely<Schema>,
  { podUid, container }: LogKey,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('log_line')
    .select('at')
    .where('pod_uid', '=', podUid)
    .where('container', '=', container)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.at
}

/** Returns the containers of an instance that wrote, in the order in which they began. */
export async function listStreams(
  db: Kysely<Schema>,
  { namespace, name }: Pick<LogStream, 'namespace' | 'name'>,
): Promise<readonly RecordedStream[]> {
  const rows = await db
    .selectFrom('log_stream')
    .selectAll()
    .where('namespace', '=', namespace)
    .where('name', '=', name)
    .orderBy('started_at')
    .orderBy('pod_uid')
    .orderBy('container')
    .execute()
  return rows.map(({ pod_uid: podUid, started_at: startedAt, written_at: writtenAt, ...rest }) => {
    return { ...rest, podUid, startedAt, writtenAt }
  })
}

/** Returns the newest lines of a container, oldest first. */
export async function readLines(
  db: Kysely<Schema>,
  { podUid, container }: LogKey,
  most: number,
): Promise<readonly LogLine[]> {
  const rows = await db
    .selectFrom('log_line')
    .select(['at', 'ordinal', 'is_gap', 'text'])
    .where('pod_uid', '=', podUid)
    .where('container', '=', container)
    .orderBy('at', 'desc')
    .orderBy('ordinal', 'desc')
    .limit(most)
    .execute()
  return rows.toReversed().map(({ is_gap: isGap, ...rest }) => ({ ...rest, isGap }))
}

/** Takes away what a container wrote beyond {@link logKept}, oldest first. */
export async function trimLines(
  db: Kysely<Schema>,
  { podUid, container }: LogKey,
  { lines, bytes }: { readonly lines: number; readonly bytes: number } = logKept,
): Promise<void> {
  const newest = sql`(order by at desc, ordinal desc)`
  const counted = db
    .selectFrom('log_line')
    .select([
      'at',
      'ordinal',
      sql<number>`row_number() over ${newest}`.as('lines'),
      sql<number>`sum(octet_length(text)) over ${newest}`.as('bytes'),
    ])
    .where('pod_uid', '=', podUid)
    .where('container', '=', container)
  const cut = await db
    .selectFrom(counted.as('counted'))
    .select(['at', 'ordinal'])
    .where((where) => where.or([where('lines', '>', lines), where('bytes', '>', bytes)]))
    .orderBy('at', 'desc')
    .orderBy('ordinal', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (cut === undefined) return
  // In one statement, the planner would count again for each line.
  await db
    .deleteFrom('log_line')
    .where('pod_uid', '=', podUid)
    .where('container', '=', container)
    .where((where) =>
      where(where.refTuple('at', 'ordinal'), '<=', where.tuple(cut.at, cut.ordinal)),
    )
    .execute()
}
