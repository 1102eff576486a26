import type { MasternodeId } from '@nexqloud/kernel'
import type { Kysely } from 'kysely'

import type { Schema } from '../database/schema.ts'
import { cleanText } from './clean-text.ts'

/** A time in which a masternode had no database. */
export type Outage = {
  readonly masternode: number
  readonly from: Date
  readonly until: Date
  readonly why: string
}

/** Writes that the database was away; once for each time that it went. */
export async function putOutage(
  db: Kysely<Schema>,
  { masternode, from, until, why }: Outage & { readonly masternode: MasternodeId },
): Promise<void> {
  await db
    .insertInto('outage')
    .values({ masternode, from_at: from, until_at: until, why: cleanText(why) })
    .onConflict((conflict) =>
      conflict.columns(['masternode', 'from_at']).doUpdateSet({ until_at: until }),
    )
    .execute()
}

/** Returns when there was no database since a time, oldest first. */
export async function readOutages(db: Kysely<Schema>, since: Date): Promise<readonly Outage[]> {
  const rows = await db
    .selectFrom('outage')
    .selectAll()
    .where('until_at', '>=', since)
    .orderBy('from_at')
    .limit(1000)
    .execute()
  return rows.map(({ masternode, from_at: from, until_at: until, why }) => {
    return { masternode: Number(masternode), from, until, why }
  })
}
