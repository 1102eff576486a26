import type { Kysely } from 'kysely'

import type { Schema } from '../database/schema.ts'
import { cleanText } from './clean-text.ts'

/** What happened to an instance, a device or a masternode, or what an account's people asked for. Texts that nobody gave are empty. */
export type RecordedEvent = {
  /** Follows from what it tells: who writes it twice writes it once. */
  readonly key: string
  readonly subject: 'instance' | 'device' | 'masternode' | 'account'
  /** Whose instance or account; empty for devices and masternodes. */
  readonly namespace: string
  readonly name: string
  readonly podUid: string
  readonly device: string
  readonly type: string
  /** One word for programs, e.g. `DeviceLost`. */
  readonly cause: string
  /** Who decided it, or saw it. */
  readonly actor: string
  readonly message: string
  /** What it was decided by. */
  readonly evidence: string
  readonly at: Date
}

/** Whose events. */
export type EventSubject = Pick<RecordedEvent, 'subject' | 'namespace' | 'name'>

/** PostgreSQL takes 65,535 parameters a query. */
const ROWS_A_QUERY = 1000

/** Writes events; one with a key that is there already says who decided it and by what, where the first one did not. */
export async function putEvents(
  db: Kysely<Schema>,
  events: readonly RecordedEvent[],
): Promise<void> {
  // One statement may not touch a row twice.
  const rows = [...new Map(events.map((event) => [event.key, toRow(event)])).values()]
  for (let start = 0; start < rows.length; start += ROWS_A_QUERY) {
    await db
      .insertInto('event')
      .values(rows.slice(start, start + ROWS_A_QUERY))
      .onConflict((conflict) =>
        conflict
          .column('key')
          .doUpdateSet((row) => ({
            actor: row.ref('excluded.actor'),
            evidence: row.ref('excluded.evidence'),
            device: row.ref('excluded.device'),
          }))
          .where('event.evidence', '=', '')
          .where('excluded.evidence', '<>', ''),
      )
      .execute()
  }
}

/** Returns the newest events of an instance, a device or a masternode, oldest first. */
export async function readEvents(
  db: Kysely<Schema>,
  { subject, namespace, name }: EventSubject,
  most: number,
): Promise<readonly RecordedEvent[]> {
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where('subject', '=', subject)
    .where('namespace', '=', namespace)
    .where('name', '=', name)
    .orderBy('at', 'desc')
    .orderBy('key', 'desc')
    .limit(most)
    .execute()
  return rows.toReversed().map(({ pod_uid: podUid, ...rest }) => ({ ...rest, podUid }))
}

function toRow({ podUid, at, subject, ...texts }: RecordedEvent) {
  const cleaned = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, cleanText(text)]),
  ) as typeof texts
  return { ...cleaned, pod_uid: cleanText(podUid), subject, at }
}
