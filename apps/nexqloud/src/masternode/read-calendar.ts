import type { Ledger } from '@nexqloud/ledger'
import { createCalendar, type Calendar } from '@nexqloud/rules'

import { readChain } from '../session/read-chain.ts'

/** Reads how a network counts its periods. */
export async function readCalendar({
  settlement: { read },
}: Pick<Ledger<undefined>, 'settlement'>): Promise<Calendar> {
  const [genesisTime, periodSeconds] = await Promise.all([
    readChain(read.genesisTime()),
    readChain(read.periodSeconds()),
  ])
  return createCalendar({
    genesisTime: Number(genesisTime),
    periodSeconds: Number(periodSeconds),
  })
}
