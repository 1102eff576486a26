import type { TypedTransaction } from '@ethereumjs/tx'
import type { Hex } from 'viem'

/** A transaction that was accepted and is in no block yet. */
export type PooledTransaction = {
  readonly hash: Hex
  /** Who signed it; lower case. */
  readonly sender: Hex
  readonly transaction: TypedTransaction
  /** As it was signed and sent: EIP-2718. */
  readonly raw: Uint8Array
}

/** One sender's transactions, ascending by nonce. */
export type SenderQueue = {
  readonly sender: Hex
  /** Could be executed now, one after the other. */
  readonly pending: readonly PooledTransaction[]
  /** Wait for a nonce before theirs. */
  readonly queued: readonly PooledTransaction[]
}

/** How many transactions of each {@link SenderQueue} wait, of all senders together. */
export type PoolCount = { readonly pending: number; readonly queued: number }

/** Transactions on their way into a block. */
export type TransactionPool = {
  /**
   * Takes a signed transaction and returns its hash, once it is on the disk: from then on it is in the pool or in a block,
   * whatever happens to the machine, unless another one of its sender takes its nonce, its sender no longer owns what it
   * needs, it turns out that no block can hold it, or it waits for a nonce before its own for ten minutes; a start begins
   * them anew. One that is there already is taken again.
   *
   * @throws {@link TransactionRefusedError} where it is malformed, another chain's, too poor, too old or unwelcome.
   */
  readonly add: (raw: Uint8Array) => Promise<Hex>
  /** Returns a transaction that waits; nothing where none has this hash. */
  readonly get: (hash: Hex) => PooledTransaction | undefined
  /** Returns the nonce of the sender's next transaction: after all that could be executed now. */
  readonly nextNonce: (sender: Hex) => Promise<bigint>
  /** Returns all that waits, by sender. */
  readonly content: () => readonly SenderQueue[]
  /** Returns how many wait, without going through them. */
  readonly count: () => PoolCount
  /** Calls the listener with each transaction that is taken; returns how to end that. */
  readonly onAdded: (listener: (transaction: PooledTransaction) => void) => () => void
}
