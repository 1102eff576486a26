import { TransactionRefusedError } from './errors.ts'
import { addRooms, fitsInto, noRoom, roomOf, type PoolRoom } from './pool-room.ts'
import type { PooledTransaction } from './transaction-pool.ts'

/** What the state says of a sender. */
export type SenderState = {
  /** Of its next transaction in a block. */
  readonly nonce: bigint
  /** Wei. */
  readonly balance: bigint
}

/** Nonces that a transaction may be ahead of the last one that could be executed. */
const MOST_AHEAD = 64n

/** One sender's transactions by nonce; no two have the same one. */
export type SenderTransactions = ReadonlyMap<bigint, PooledTransaction>

/** A sender's transactions with one more, and the one that had its nonce before. */
export type Insertion = {
  readonly transactions: SenderTransactions
  readonly replaced: PooledTransaction | undefined
}

/**
 * Returns a sender's transactions with one more.
 *
 * @throws {@link TransactionRefusedError} where its nonce was used, is too far ahead or is taken by one that pays as
 *   much, or where the sender could not pay for all of them.
 */
export function insertTransaction(
  transactions: SenderTransactions,
  added: PooledTransaction,
  state: SenderState,
): Insertion {
  const { nonce } = added.transaction
  if (nonce < state.nonce) {
    throw new TransactionRefusedError(
      'CHAIN_TX_NONCE_TOO_LOW',
      `nonce too low: next nonce ${state.nonce}, tx nonce ${nonce}`,
      'Ask for the sender’s next nonce and sign again.',
    )
  }
  const next = nextNonce(transactions, state)
  if (nonce > next + MOST_AHEAD) {
    throw new TransactionRefusedError(
      'CHAIN_TX_NONCE_TOO_HIGH',
      `nonce too high: next nonce ${next}, tx nonce ${nonce}; at most ${MOST_AHEAD} ahead`,
      'Send the transactions before it first.',
    )
  }
  const replaced = transactions.get(nonce)
  if (replaced !== undefined) checkReplacement(replaced, added)
  const changed = new Map(transactions).set(nonce, added)
  checkFunds(changed, state)
  return { transactions: changed, replaced }
}

/**
 * Returns what a sender has waiting of what was taken before, in the order in which it was: all but what was executed, or
 * what another one took the nonce of.
 */
export function restoreTransactions(
  taken: readonly PooledTransaction[],
  state: SenderState,
): { readonly kept: SenderTransactions; readonly dropped: readonly PooledTransaction[] } {
  const left = taken.filter(({ transaction }) => transaction.nonce >= state.nonce)
  const kept = new Map(left.map((pooled) => [pooled.transaction.nonce, pooled]))
  return { kept, dropped: taken.filter((pooled) => kept.get(pooled.transaction.nonce) !== pooled) }
}

/** Returns the nonce after all that could be executed now. */
export function nextNonce(transactions: SenderTransactions, { nonce }: SenderState): bigint {
  let next = nonce
  while (transactions.has(next)) next += 1n
  return next
}

/** Returns what could be executed now, in order, and what waits for a nonce before its own, ascending. */
export function splitTransactions(
  transactions: SenderTransactions,
  state: SenderState,
): {
  readonly pending: readonly PooledTransaction[]
  readonly queued: readonly PooledTransaction[]
} {
  const next = nextNonce(transactions, state)
  const ordered = ascending(transactions)
  return {
    pending: ordered.filter(({ transaction }) => transaction.nonce < next),
    queued: ordered.filter(({ transaction }) => transaction.nonce > next),
  }
}

/** What a sender's transactions take, and which of them wait for a nonce before theirs. */
export type SenderMeasure = {
  readonly taken: PoolRoom
  /** Of those that wait for a nonce before theirs. */
  readonly gapped: PoolRoom
  readonly queued: readonly PooledTransaction[]
}

/** Returns what a sender's transactions take. */
export function measureTransactions(
  transactions: SenderTransactions,
  state: SenderState,
): SenderMeasure {
  const next = nextNonce(transactions, state)
  const queued: PooledTransaction[] = []
  let [taken, gapped] = [noRoom, noRoom]
  for (const pooled of transactions.values()) {
    const room = roomOf(pooled)
    taken = addRooms(taken, room)
    if (pooled.transaction.nonce <= next) continue
    gapped = addRooms(gapped, room)
    queued.push(pooled)
  }
  return { taken, gapped, queued }
}

/** What a sender's transactions have to fit into. */
export type SenderRoom = {
  readonly state: SenderState
  /** Of all of them. */
  readonly slots: number
  /** For those that wait for a nonce before theirs. */
  readonly gapped: PoolRoom
}

/**
 * Returns what a sender keeps on another state, and what has to go: what was executed or can no longer be, and of what no
 * longer fits the latest nonces.
 */
export function fitTransactions(
  transactions: SenderTransactions,
  { state, slots, gapped }: SenderRoom,
): { readonly kept: SenderTransactions; readonly dropped: readonly PooledTransaction[] } {
  const next = nextNonce(transactions, state)
  const ordered = ascending(transactions)
  const kept = new Map<bigint, PooledTransaction>()
  let [cost, taken, ahead] = [0n, noRoom, noRoom]
  for (const pooled of ordered.filter(({ transaction }) => transaction.nonce >= state.nonce)) {
    cost += costOf(pooled)
    taken = addRooms(taken, roomOf(pooled))
    if (pooled.transaction.nonce > next) ahead = addRooms(ahead, roomOf(pooled))
    if (cost > state.balance || taken.slots > slots || !fitsInto(ahead, gapped)) break
    kept.set(pooled.transaction.nonce, pooled)
  }
  return { kept, dropped: ordered.filter(({ transaction }) => !kept.has(transaction.nonce)) }
}

/** Wei a unit of gas: the most that is paid, and the most of it that the block's maker gets. */
export function feesOf({ transaction }: PooledTransaction): {
  readonly feeCap: bigint
  readonly tipCap: bigint
} {
  return 'maxFeePerGas' in transaction
    ? { feeCap: transaction.maxFeePerGas, tipCap: transaction.maxPriorityFeePerGas }
    : { feeCap: transaction.gasPrice, tipCap: transaction.gasPrice }
}

/** Both fees have to rise by a tenth, and by something. */
function checkReplacement(old: PooledTransaction, added: PooledTransaction): void {
  const [before, now] = [feesOf(old), feesOf(added)]
  const rises = (from: bigint, to: bigint): boolean => to > from && to * 10n >= from * 11n
  if (rises(before.feeCap, now.feeCap) && rises(before.tipCap, now.tipCap)) return
  throw new TransactionRefusedError(
    'CHAIN_TX_REPLACEMENT_UNDERPRICED',
    `replacement transaction underpriced: its fees are ${now.feeCap} and ${now.tipCap} wei, of the one with this nonce ${before.feeCap} and ${before.tipCap}`,
    'Raise both fees by at least 10 %.',
  )
}

function checkFunds(transactions: SenderTransactions, { nonce, balance }: SenderState): void {
  let cost = 0n
  for (const pooled of transactions.values()) {
    if (pooled.transaction.nonce >= nonce) cost += costOf(pooled)
  }
  if (cost <= balance) return
  throw new TransactionRefusedError(
    'CHAIN_TX_FUNDS',
    `insufficient funds for gas * price + value: balance ${balance}, its transactions cost up to ${cost}`,
    'Fund the sender, or send less.',
  )
}

/** Wei that a transaction costs at most. */
function costOf(pooled: PooledTransaction): bigint {
  const { gasLimit, value } = pooled.transaction
  return gasLimit * feesOf(pooled).feeCap + value
}

function ascending(transactions: SenderTransactions): readonly PooledTransaction[] {
  return [...transactions.values()].toSorted((a, b) =>
    a.transaction.nonce < b.transaction.nonce ? -1 : 1,
  )
}
