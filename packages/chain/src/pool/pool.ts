import type { Block } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { bytesToHex } from '@ethereumjs/util'
import type { Hex } from 'viem'

import { createTokenBuckets, type TokenBuckets } from '../limit/token-bucket.ts'
import type { KeyValueStore } from '../store/key-value-store.ts'
import { checkTransaction } from './check-transaction.ts'
import { TransactionRefusedError } from './errors.ts'
import { openPoolJournal, type PoolJournal } from './journal.ts'
import { assertRoom, type PoolCapacity } from './pool-space.ts'
import { selectTransactions, type Room } from './select-transactions.ts'
import {
  feesOf,
  insertTransaction,
  nextNonce,
  splitTransactions,
  type SenderState,
  type SenderTransactions,
} from './sender-transactions.ts'
import { standingOf, type Standing } from './standing.ts'
import type { PooledTransaction, SenderQueue, TransactionPool } from './transaction-pool.ts'

/** What a pool stands on. */
export type PoolParts = {
  readonly store: Pick<KeyValueStore, 'entries' | 'write'>
  readonly common: Common
  readonly blockGasLimit: bigint
  /** Returns a sender on the head's state. */
  readonly readSender: (sender: Hex) => Promise<SenderState>
  /** Whether a sender is a masternode that works. */
  readonly isMasternode: (sender: Hex) => boolean
  /** Milliseconds, from anywhere, never falling. */
  readonly nowMs: () => number
  readonly capacity?: PoolCapacity
}

/** A pool, and what only the node itself may do with it. */
export type OwnedPool = TransactionPool & {
  /** Whether any transaction could go into a block that burns so many wei a unit of gas. */
  readonly hasWork: (baseFee: bigint) => boolean
  /** Returns transactions for the next block, best first. */
  readonly select: (room: Room) => readonly PooledTransaction[]
  /** Lets go of what a new head holds, and of what can no longer be executed on it. */
  readonly update: (head: Block) => Promise<void>
  /** Lets go of transactions that no block can hold. */
  readonly drop: (hashes: readonly Hex[]) => Promise<void>
}

/** Enough for some minutes of full blocks; at most so much is read at a start. */
const capacityByDefault: PoolCapacity = { transactions: 10_000, bytes: 32 << 20 }

/** What cannot be executed after so long is let go. */
const LIFETIME_MS = 3 * 60 * 60 * 1000

/** Opens the pool with what was waiting when the node ended. */
export async function openPool(parts: PoolParts): Promise<OwnedPool> {
  const { kept, journal } = await openPoolJournal(parts.store)
  const pool = new Pool(parts, journal)
  for (const raw of kept) await pool.takeKept(raw)
  return {
    add: (raw) => pool.add(raw),
    get: (hash) => pool.get(hash),
    nextNonce: (sender) => pool.nextNonce(sender),
    content: () => pool.content(),
    onAdded: (listener) => pool.onAdded(listener),
    hasWork: (baseFee) => pool.hasWork(baseFee),
    select: (room) => pool.select(room),
    update: (head) => pool.update(head),
    drop: (hashes) => pool.drop(hashes),
  }
}

type Sender = {
  readonly state: SenderState
  readonly standing: Standing
  readonly transactions: SenderTransactions
}

type Listener = (transaction: PooledTransaction) => void

class Pool {
  readonly #parts: PoolParts
  readonly #journal: PoolJournal
  readonly #takeTurn: TokenBuckets
  readonly #listeners = new Set<Listener>()
  readonly #senders = new Map<Hex, Sender>()
  readonly #byHash = new Map<Hex, { readonly pooled: PooledTransaction; readonly atMs: number }>()
  /** Transactions that are on their way to the disk: nobody is told of them before they are there. */
  readonly #recording = new Map<Hex, Promise<void>>()
  #bytes = 0

  constructor(parts: PoolParts, journal: PoolJournal) {
    this.#parts = parts
    this.#journal = journal
    this.#takeTurn = createTokenBuckets(parts.nowMs)
  }

  async add(raw: Uint8Array): Promise<Hex> {
    const added = checkTransaction(raw, this.#parts)
    if (this.#byHash.has(added.hash)) return this.#awaitRecord(added.hash)
    const facts = await this.#readFacts(added.sender)
    // It may have come by another way in the meantime.
    if (this.#byHash.has(added.hash)) return this.#awaitRecord(added.hash)
    const { perMinute } = facts.standing
    const allowance = { perSecond: perMinute / 60, burst: perMinute }
    if (!this.#takeTurn(added.sender, 1, allowance)) {
      throw new TransactionRefusedError(
        'CHAIN_TX_RATE_LIMIT',
        `too many transactions: ${added.sender} may send ${perMinute} in a minute`,
        'Wait a moment; a sender that owns more may send more.',
      )
    }
    const replaced = this.#insert(added, facts)
    await this.#record(added, replaced)
    for (const listener of this.#listeners) listener(added)
    return added.hash
  }

  async #awaitRecord(hash: Hex): Promise<Hex> {
    await this.#recording.get(hash)
    return hash
  }

  async #record(added: PooledTransaction, replaced: PooledTransaction | undefined): Promise<void> {
    const recording = this.#journal.record(added, replaced)
    this.#recording.set(added.hash, recording)
    try {
      await recording
    } catch (failure) {
      this.#remove(added)
      throw failure
    } finally {
      this.#recording.delete(added.hash)
    }
  }

  /** Takes what was acknowledged before the node ended, unless the chain has gone over it. */
  async takeKept(raw: Uint8Array): Promise<void> {
    const added = checkTransaction(raw, this.#parts)
    try {
      this.#insert(added, await this.#readFacts(added.sender))
    } catch (failure) {
      if (!(failure instanceof TransactionRefusedError)) throw failure
      await this.#journal.forget([added])
    }
  }

  get(hash: Hex): PooledTransaction | undefined {
    return this.#byHash.get(hash)?.pooled
  }

  async nextNonce(sender: Hex): Promise<bigint> {
    const state = await this.#parts.readSender(sender)
    return nextNonce(this.#senders.get(sender)?.transactions ?? new Map(), state)
  }

  content(): readonly SenderQueue[] {
    return Array.from(this.#senders, ([sender, { transactions, state }]) => ({
      sender,
      ...splitTransactions(transactions, state),
    }))
  }

  onAdded(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  hasWork(baseFee: bigint): boolean {
    for (const { transactions, state } of this.#senders.values()) {
      const next = transactions.get(state.nonce)
      if (next !== undefined && feesOf(next).feeCap >= baseFee) return true
    }
    return false
  }

  select(room: Room): readonly PooledTransaction[] {
    const contenders = Array.from(this.#senders.values(), ({ standing, transactions, state }) => ({
      rank: standing.rank,
      pending: splitTransactions(transactions, state).pending,
    }))
    return selectTransactions(contenders, room)
  }

  async update({ transactions }: Block): Promise<void> {
    const touched = new Set<Hex>()
    for (const transaction of transactions) {
      const known = this.#byHash.get(bytesToHex(transaction.hash()))?.pooled
      // The block's own write has taken it off the disk.
      if (known !== undefined) this.#remove(known)
      touched.add(known?.sender ?? bytesToHex(transaction.getSenderAddress().bytes))
    }
    const stale: PooledTransaction[] = []
    for (const sender of touched) stale.push(...(await this.#refresh(sender)))
    stale.push(...this.#expire())
    await this.#journal.forget(stale)
  }

  async drop(hashes: readonly Hex[]): Promise<void> {
    const dropped = hashes.flatMap((hash) => this.#byHash.get(hash)?.pooled ?? [])
    for (const pooled of dropped) this.#remove(pooled)
    await this.#journal.forget(dropped)
  }

  async #readFacts(sender: Hex): Promise<Omit<Sender, 'transactions'>> {
    const state = await this.#parts.readSender(sender)
    const isMasternode = this.#parts.isMasternode(sender)
    return { state, standing: standingOf({ balance: state.balance, isMasternode }) }
  }

  /** Puts a transaction into its sender's queue and returns the one that had its nonce; all of it or nothing. */
  #insert(
    added: PooledTransaction,
    { state, standing }: Omit<Sender, 'transactions'>,
  ): PooledTransaction | undefined {
    const before = this.#senders.get(added.sender)?.transactions ?? new Map()
    const { transactions, replaced } = insertTransaction(before, added, state)
    if (transactions.size > standing.slots) {
      throw new TransactionRefusedError(
        'CHAIN_TX_SENDER_LIMIT',
        `account limit exceeded: ${before.size} transactions of ${added.sender} wait; it may have ${standing.slots}`,
        'Wait for some blocks; a sender that owns more may have more waiting.',
      )
    }
    const use = { transactions: this.#byHash.size, bytes: this.#bytes }
    const asked = { bytes: added.raw.length, rank: standing.rank }
    if (replaced === undefined) {
      assertRoom(use, asked, this.#parts.capacity ?? capacityByDefault)
    } else {
      this.#remove(replaced)
    }
    this.#senders.set(added.sender, { state, standing, transactions })
    this.#byHash.set(added.hash, { pooled: added, atMs: this.#parts.nowMs() })
    this.#bytes += added.raw.length
    return replaced
  }

  #remove(pooled: PooledTransaction): void {
    if (!this.#byHash.delete(pooled.hash)) return
    this.#bytes -= pooled.raw.length
    const sender = this.#senders.get(pooled.sender)
    if (sender === undefined) return
    const transactions = new Map(sender.transactions)
    transactions.delete(pooled.transaction.nonce)
    if (transactions.size === 0) this.#senders.delete(pooled.sender)
    else this.#senders.set(pooled.sender, { ...sender, transactions })
  }

  /** Reads a sender anew and returns its transactions whose nonce was used by another one. */
  async #refresh(name: Hex): Promise<readonly PooledTransaction[]> {
    if (!this.#senders.has(name)) return []
    const facts = await this.#readFacts(name)
    const sender = this.#senders.get(name)
    if (sender === undefined) return []
    this.#senders.set(name, { ...sender, ...facts })
    const stale = [...sender.transactions.values()].filter(
      ({ transaction }) => transaction.nonce < facts.state.nonce,
    )
    for (const pooled of stale) this.#remove(pooled)
    return stale
  }

  /** What waits for too long is what nobody will execute: a nonce before it is missing, or it pays too little. */
  #expire(): readonly PooledTransaction[] {
    const before = this.#parts.nowMs() - LIFETIME_MS
    const expired: PooledTransaction[] = []
    for (const { pooled, atMs } of this.#byHash.values()) {
      if (atMs >= before) break
      expired.push(pooled)
    }
    for (const pooled of expired) this.#remove(pooled)
    return expired
  }
}
