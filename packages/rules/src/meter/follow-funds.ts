import { fundsAt, withLease, withoutLease, type Funds } from './funds.ts'

/** What the chain said of a lease in a block; times are chain seconds. */
export type LeaseHappening = {
  /** Time of the block. */
  readonly at: number
  /** Micro-USD an hour. */
  readonly rate: bigint
} & (
  | { readonly happened: 'opened'; readonly startedAt: number }
  /** `openedAt` is the time of the block in which it was opened. */
  | { readonly happened: 'closed'; readonly openedAt: number }
)

/**
 * Returns what an account has after something has become of one of its leases, exact to the wei, and nothing where that does not follow from what is
 * known: it has to be asked for. What is known may be ahead of the block: accounts are asked what they have in the second to come. Price and buffer have been the ones of `funds` since the second `standing`; what a lease set aside before that, or in
 * a block of that second, is not known. Of an account that is insolvent a closed lease may hold less than it owes.
 */
export function followFunds(
  funds: Funds,
  happening: LeaseHappening,
  standing: number,
): Funds | undefined {
  const { at, rate } = happening
  const now = fundsAt(funds, at)
  if (happening.happened === 'opened') {
    return happening.startedAt < standing ? undefined : withLease(now, rate, happening.startedAt)
  }
  if (happening.openedAt <= standing || now.spendable < 0n) return undefined
  return withoutLease(now, rate, at)
}
