import TinyQueue from 'tinyqueue'

import { feesOf } from './sender-transactions.ts'
import type { PooledTransaction } from './transaction-pool.ts'

/** One sender's transactions that could be executed now, in order, and how soon its turn is. */
export type Contender = {
  readonly rank: number
  readonly pending: readonly PooledTransaction[]
}

/** How much is asked for. */
export type Room = {
  /** Wei a unit of gas that the block burns. */
  readonly baseFee: bigint
  /** Sum of the gas limits that is enough. */
  readonly gas: bigint
  readonly count: number
}

/**
 * Returns transactions for the next block, best first: by rank, then by what they pay the block's maker; those of one
 * sender stay in the order of their nonces. One that cannot pay the base fee ends its sender's turn.
 */
export function selectTransactions(
  contenders: readonly Contender[],
  { baseFee, gas, count }: Room,
): readonly PooledTransaction[] {
  const turns = contenders.flatMap((contender) => turnOf(contender, 0, baseFee))
  const queue = new TinyQueue(turns, compareTurns)
  const selected: PooledTransaction[] = []
  let gasSelected = 0n
  while (selected.length < count && gasSelected < gas) {
    const best = queue.pop()
    if (best === undefined) break
    selected.push(best.pooled)
    gasSelected += best.pooled.transaction.gasLimit
    for (const next of turnOf(best.contender, best.at + 1, baseFee)) queue.push(next)
  }
  return selected
}

type Turn = {
  readonly contender: Contender
  readonly at: number
  readonly pooled: PooledTransaction
  /** Wei a unit of gas for the block's maker. */
  readonly tip: bigint
}

/** A sender's turn with its transaction number `at`; none where it has no more that pay the base fee. */
function turnOf(contender: Contender, at: number, baseFee: bigint): readonly Turn[] {
  const pooled = contender.pending[at]
  if (pooled === undefined) return []
  if (feesOf(pooled).feeCap < baseFee) return []
  return [{ contender, at, pooled, tip: pooled.transaction.getEffectivePriorityFee(baseFee) }]
}

function compareTurns(a: Turn, b: Turn): number {
  const byRank = b.contender.rank - a.contender.rank
  if (byRank !== 0) return byRank
  if (a.tip !== b.tip) return a.tip > b.tip ? -1 : 1
  return a.at - b.at
}
