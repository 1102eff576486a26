import { TransactionRefusedError } from './errors.ts'
import type { Standing } from './standing.ts'

/** How much may wait in all. */
export type PoolCapacity = { readonly transactions: number; readonly bytes: number }

/** What waits now. */
export type PoolUse = { readonly transactions: number; readonly bytes: number }

/**
 * Percent of the pool that a rank may help to fill. Nothing that was acknowledged is thrown out for a better one, so room
 * is kept for whoever matters more.
 */
const shares: Readonly<Record<Standing['rank'], number>> = { 0: 25, 1: 90, 2: 100 }

/**
 * Asserts that there is room for one more transaction of a sender with this rank.
 *
 * @throws {@link TransactionRefusedError} where there is none.
 */
export function assertRoom(
  use: PoolUse,
  added: { readonly bytes: number; readonly rank: Standing['rank'] },
  capacity: PoolCapacity,
): void {
  const share = shares[added.rank]
  const most = {
    transactions: Math.floor((capacity.transactions * share) / 100),
    bytes: Math.floor((capacity.bytes * share) / 100),
  }
  if (use.transactions < most.transactions && use.bytes + added.bytes <= most.bytes) return
  throw new TransactionRefusedError(
    'CHAIN_POOL_FULL',
    `txpool is full: ${use.transactions} transactions of ${use.bytes} bytes wait; senders like this one may fill ${most.transactions} of ${most.bytes} bytes`,
    'Wait for some blocks and send it again.',
  )
}
