import type { Ledger, PeriodRecord } from '@nexqloud/ledger'
import { costBetween } from '@nexqloud/rules'

import { readChain } from '../session/read-chain.ts'
import { showNxq } from '../unit.ts'
import type { Difference } from './find-differences.ts'

/**
 * Returns the leases that were closed in a period and had more held back than was reserved for them by then. Less is held back where the account
 * had no more.
 */
export async function compareHolds(
  { leases, prices }: Pick<Ledger<undefined>, 'leases' | 'prices'>,
  { leases: all, blocks }: Pick<PeriodRecord, 'leases' | 'blocks'>,
): Promise<readonly Difference[]> {
  const found: Difference[] = []
  for (const { instance, token, rate, closed } of all) {
    if (closed === undefined || closed.at >= blocks.endTime) continue
    const { block: blockNumber, at, hold } = closed
    const { from } = await readChain(leases.read.lease([instance, token], { blockNumber }))
    // In the same block the instance was opened anew.
    if (from === 0) continue
    const [since, until] = await Promise.all([
      readChain(prices.read.integralAt([BigInt(from)])),
      readChain(prices.read.integralAt([BigInt(at)])),
    ])
    const reserved = costBetween(rate, since, until)
    if (hold <= reserved) continue
    const text = `The lease ${token} of ${instance} was closed with a hold of ${showNxq(hold)}; reserved for it were ${showNxq(reserved)}.`
    found.push({ code: 'hold', text })
  }
  return found
}
