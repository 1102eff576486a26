import { createCalendar, type Calendar } from '@nexqloud/rules'

import type { Ledger } from '../ledger.ts'
import { explained } from './device.ts'

/** Reads how a network counts its periods. */
export async function readCalendar({
  settlement: { read },
}: Pick<Ledger<undefined>, 'settlement'>): Promise<Calendar> {
  const [genesisTime, periodSeconds] = await Promise.all([
    explained(read.genesisTime()),
    explained(read.periodSeconds()),
  ])
  return createCalendar({
    genesisTime: Number(genesisTime),
    periodSeconds: Number(periodSeconds),
  })
}
