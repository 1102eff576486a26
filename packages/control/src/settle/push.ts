import { createGate, inParts, type Period } from '@nexqloud/kernel'
import {
  multiproofOf,
  periodEnd,
  periodStart,
  type CreditLeaf,
  type LeaseRef,
  type RewardLeaf,
} from '@nexqloud/rules'

import type { Computed } from './agreement.ts'
import type { OwedLease, SettlementLedger } from './ports.ts'

/** Leaves in one transaction: a payout to a new account takes some 42,000 gas, a bill up to 44,000, of a block's 30 million. */
const AT_ONCE = 100
/** Transactions under way: together less than half a block, above which each block is dearer than the one before (EIP-1559). */
const UNDER_WAY = 3

/** Returns how many leaves of a period can be paid now. */
export function countOf({ rewards, bills, credits }: Unpaid): number {
  return rewards.length + bills.length + credits.length
}

/** What is left to be done about a period. */
export type Unpaid = {
  /** Places of the leaves that can be paid now. */
  readonly rewards: readonly number[]
  readonly bills: readonly number[]
  readonly credits: readonly number[]
  /** Bills that wait for those of a period before. */
  readonly waiting: number
}

/** What is paid of a period whose root stands. */
type Payable = {
  readonly root: Pick<Computed['root'], 'period'>
  readonly leaves: Computed['leaves']
  readonly tree: Computed['tree']
}

/** Returns what the chain has not paid. What is 0 is paid to nobody: a bill of 0 passes the period all the same. */
export async function findUnpaid(
  ledger: SettlementLedger,
  { root: { period }, leaves }: Computed,
): Promise<Unpaid> {
  const { rewards, bills, credits } = leaves
  const earned = rewards.filter(({ amount }) => amount > 0n)
  const unpaid: ReadonlySet<RewardLeaf> = new Set(await ledger.readUnpaid(period, earned))
  const due: ReadonlySet<CreditLeaf> = new Set(await ledger.readUncredited(credits))
  const [start, end] = spanOf(ledger, period)
  const from = new Map((await ledger.readOwed()).map((owed) => [nameOf(owed.lease), owed.from]))
  const fromOf = (bill: LeaseRef): number => from.get(nameOf(bill)) ?? end
  return {
    rewards: placesOf(rewards, (reward) => unpaid.has(reward)),
    bills: placesOf(bills, (bill) => fromOf(bill) >= start && fromOf(bill) < end),
    credits: placesOf(credits, (credit) => due.has(credit)),
    waiting: bills.filter((bill) => fromOf(bill) < start).length,
  }
}

/** Has the chain pay what it has not, in batches; resolves once all are in blocks, and throws only once none is under way: what is would be sent again. */
export async function push(
  ledger: Pick<SettlementLedger, 'payRewards' | 'payBills' | 'payCredits'>,
  { root: { period }, leaves: { rewards, bills, credits }, tree }: Payable,
  unpaid: Omit<Unpaid, 'waiting'>,
): Promise<void> {
  const pass = createGate(UNDER_WAY)
  const paying = inParts(unpaid.rewards, AT_ONCE).map((places) =>
    pass(() =>
      ledger.payRewards(
        period,
        places.map((place) => rewards[place]!),
        multiproofOf(tree, places),
      ),
    ),
  )
  const billing = inParts(unpaid.bills, AT_ONCE).map((places) =>
    pass(() =>
      ledger.payBills(
        period,
        places.map((place) => bills[place]!),
        multiproofOf(
          tree,
          places.map((place) => rewards.length + place),
        ),
      ),
    ),
  )
  // What a bill of this period pays is of another month than these.
  const crediting = inParts(unpaid.credits, AT_ONCE).map((places) =>
    pass(() =>
      ledger.payCredits(
        period,
        places.map((place) => credits[place]!),
        multiproofOf(
          tree,
          places.map((place) => rewards.length + bills.length + place),
        ),
      ),
    ),
  )
  const done = await Promise.allSettled([...paying, ...billing, ...crediting])
  for (const each of done) if (each.status === 'rejected') throw each.reason
}

/** Passes a period that nobody bills any more; returns how many leases that were, and how many wait for a period before. */
export async function skipPeriod(
  ledger: SettlementLedger,
  period: Period,
): Promise<{ readonly skipped: number; readonly waiting: number }> {
  const [start, end] = spanOf(ledger, period)
  const owed = await ledger.readOwed()
  const due = owed.filter(({ from }) => from >= start && from < end).map(({ lease }) => lease)
  for (const part of inParts(due, AT_ONCE)) await ledger.skip(period, part)
  return { skipped: due.length, waiting: owed.filter(({ from }) => from < start).length }
}

/** Returns the first period of which a lease is not billed; nothing where all are. */
export function oldestOwed(owed: readonly OwedLease[]): number | undefined {
  return owed.reduce<number | undefined>(
    (least, { from }) => (least === undefined || from < least ? from : least),
    undefined,
  )
}

function spanOf({ calendar }: SettlementLedger, period: Period): readonly [number, number] {
  return [periodStart(calendar, period), periodEnd(calendar, period)]
}

const nameOf = ({ instance, token }: LeaseRef): string => `${instance}/${token}`

function placesOf<Leaf>(leaves: readonly Leaf[], isIn: (leaf: Leaf) => boolean): readonly number[] {
  return leaves.flatMap((leaf, place) => (isIn(leaf) ? [place] : []))
}
