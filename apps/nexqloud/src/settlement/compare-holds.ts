import { contracts, type Ledger, type PeriodLease, type PeriodRecord } from '@nexqloud/ledger'
import { costBetween } from '@nexqloud/rules'
import { parseEventLogs } from 'viem'

import { readChain } from '../session/read-chain.ts'
import { showNxq } from '../unit.ts'
import type { Difference } from './find-differences.ts'

type HoldReader = Pick<Ledger<undefined>, 'leases' | 'prices'>
type Blocks = Pick<PeriodRecord['blocks'], 'period' | 'startTime' | 'endTime'>
type ClosedLease = PeriodLease & { readonly closed: NonNullable<PeriodLease['closed']> }

/**
 * Returns the leases that were closed in a period, its end included, and had more held back than was reserved for them by then. Less is held back
 * where the account had no more.
 */
export async function compareHolds(
  reader: HoldReader,
  { leases: all, blocks }: Pick<PeriodRecord, 'leases' | 'blocks'>,
): Promise<readonly Difference[]> {
  const found: Difference[] = []
  for (const lease of all) {
    if (!isClosed(lease) || lease.closed.at > blocks.endTime) continue
    const { instance, token, closed } = lease
    const { from } = await readChain(
      reader.leases.read.lease([instance, token], { blockNumber: closed.block }),
    )
    // In the same block the instance was opened anew.
    if (from === 0) continue
    let reserved = await reservedFrom(reader, lease, from)
    if (closed.hold > reserved) {
      const before = await findBilledFrom(reader, lease, blocks)
      if (before !== undefined) reserved = await reservedFrom(reader, lease, before)
    }
    if (closed.hold <= reserved) continue
    const text = `The lease ${token} of ${instance} was closed with a hold of ${showNxq(closed.hold)}; reserved for it were ${showNxq(reserved)}.`
    found.push({ code: 'hold', text })
  }
  return found
}

function isClosed(lease: PeriodLease): lease is ClosedLease {
  return lease.closed !== undefined
}

async function reservedFrom(
  { prices }: HoldReader,
  { rate, closed }: ClosedLease,
  from: number,
): Promise<bigint> {
  const [since, until] = await Promise.all([
    readChain(prices.read.integralAt([BigInt(from)])),
    readChain(prices.read.integralAt([BigInt(closed.at)])),
  ])
  return costBetween(rate, since, until)
}

/** Returns from when on a lease was not billed when it was closed, where it was billed after that in the same block. */
async function findBilledFrom(
  { leases }: HoldReader,
  { instance, token, startedAt, closed }: ClosedLease,
  { period, startTime, endTime }: Blocks,
): Promise<number | undefined> {
  const range = { fromBlock: closed.block, toBlock: closed.block }
  const logs = await readChain(leases.getEvents.LeaseBilled({ instance }, range))
  const billed = parseEventLogs({ abi: contracts.leases.abi, eventName: 'LeaseBilled', logs })
  const after = billed.find((log) => log.args.token === token && log.logIndex > closed.logIndex)
  if (after === undefined) return undefined
  const periods = Number(after.args.period) - period
  return Math.max(startedAt, startTime + periods * (endTime - startTime))
}
