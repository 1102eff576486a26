import type { Block } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { bytesToHex } from '@ethereumjs/util'
import type { Hex } from 'viem'

import { createTokenBuckets, type TokenBuckets } from '../limit/token-bucket.ts'
import type { KeyValueStore } from '../store/key-value-store.ts'
import { checkTransaction } from './check-transaction.ts'
import { createDeferrals, type Deferrals } from './deferral.ts'
import { TransactionRefusedError } from './errors.ts'
import { openPoolJournal, type PoolJournal } from './journal.ts'
import { createPoolSender, PoolBooks, type SenderFacts } from './pool-books.ts'
import type { PoolRoom } from './pool-room.ts'
import { selectTransactions, type Contender, type Room } from './select-transactions.ts'
import {
  feesOf,
  fitTransactions,
  insertTransaction,
  nextNonce,
  splitTransactions,
  type SenderState,
} from './sender-transactions.ts'
import { standingOf } from './standing.ts'
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
  readonly capacity?: PoolRoom
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
  /** For a while lets the senders of these transactions go only where nobody else wants to; masternodes never wait. */
  readonly defer: (hashes: readonly Hex[]) => void
}

/** Enough for some minutes of full blocks; at most so much is read at a start. */
const capacityByDefault: PoolRoom = { slots: 10_000, bytes: 32 << 20 }

/** What could be executed, and pays too little for so long, is let go. */
const LIFETIME_MS = 3 * 60 * 60 * 1000
/** What waits for a nonce before its own: senders that send in parallel close such a gap in seconds. */
const GAPPED_LIFETIME_MS = 10 * 60 * 1000

/** Opens the pool with what was waiting when the node ended. */
export async function openPool(parts: PoolParts): Promise<OwnedPool> {
  const { kept, journal } = await openPoolJournal(parts.store)
  const pool = new Pool(parts, journal)
  await pool.takeKept(kept)
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
    defer: (hashes) => pool.defer(hashes),
  }
}

type Listener = (transaction: PooledTransaction) => void

class Pool {
  readonly #parts: PoolParts
  readonly #journal: PoolJournal
  readonly #takeTurn: TokenBuckets
  readonly #listeners = new Set<Listener>()
  readonly #books: PoolBooks
  /** Transactions that are on their way to the disk: nobody is told of them before they are there. */
  readonly #recording = new Map<Hex, Promise<void>>()
  readonly #deferrals: Deferrals
  /** Heads that came: what was read of a sender before one came says nothing. */
  #heads = 0

  constructor(parts: PoolParts, journal: PoolJournal) {
    this.#parts = parts
    this.#journal = journal
    this.#books = new PoolBooks(parts.capacity ?? capacityByDefault)
    this.#deferrals = createDeferrals(parts.nowMs)
    this.#takeTurn = createTokenBuckets(parts.nowMs)
  }

  async add(raw: Uint8Array): Promise<Hex> {
    const added = checkTransaction(raw, this.#parts)
    if (this.#books.entry(added.hash)) return this.#awaitRecord(added.hash)
    const facts = await this.#readFacts(added.sender)
    // It may have come by another way in the meantime.
    if (this.#books.entry(added.hash)) return this.#awaitRecord(added.hash)
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
      this.#remove([added])
      throw failure
    } finally {
      this.#recording.delete(added.hash)
    }
  }

  /** Takes what was acknowledged before the node ended, unless the chain has gone over it. */
  async takeKept(kept: readonly Uint8Array[]): Promise<void> {
    const checked = kept.map((raw) => checkTransaction(raw, this.#parts))
    // One that was replaced came after those that wait for it.
    const ordered = checked.toSorted((a, b) => (a.transaction.nonce < b.transaction.nonce ? -1 : 1))
    for (const added of ordered) {
      try {
        this.#insert(added, await this.#readFacts(added.sender), true)
      } catch (failure) {
        if (!(failure instanceof TransactionRefusedError)) throw failure
        await this.#journal.forget([added])
      }
    }
  }

  get(hash: Hex): PooledTransaction | undefined {
    return this.#books.entry(hash)?.pooled
  }

  async nextNonce(sender: Hex): Promise<bigint> {
    const state = await this.#parts.readSender(sender)
    return nextNonce(this.#books.sender(sender)?.transactions ?? new Map(), state)
  }

  content(): readonly SenderQueue[] {
    return Array.from(this.#books.senders(), ([sender, { transactions, state }]) => ({
      sender,
      ...splitTransactions(transactions, state),
    }))
  }

  onAdded(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  hasWork(baseFee: bigint): boolean {
    for (const { transactions, state } of this.#books.senders().values()) {
      const next = transactions.get(state.nonce)
      if (next !== undefined && feesOf(next).feeCap >= baseFee) return true
    }
    return false
  }

  select(room: Room): readonly PooledTransaction[] {
    const [prompt, deferred] = [new Array<Contender>(), new Array<Contender>()]
    for (const [name, { standing, transactions, state }] of this.#books.senders()) {
      const isLast = standing.rank < 2 && this.#deferrals.has(name)
      const { pending } = splitTransactions(transactions, state)
      ;(isLast ? deferred : prompt).push({ rank: standing.rank, pending })
    }
    const first = selectTransactions(prompt, room)
    return first.length > 0 ? first : selectTransactions(deferred, room)
  }

  defer(hashes: readonly Hex[]): void {
    for (const hash of hashes) {
      const sender = this.#books.entry(hash)?.pooled.sender
      if (sender !== undefined) this.#deferrals.add(sender)
    }
  }

  async update({ transactions }: Block): Promise<void> {
    this.#heads += 1
    // The block's own write has taken its transactions off the disk.
    const executed = new Set(transactions.map((transaction) => bytesToHex(transaction.hash())))
    const senders = transactions.map(
      (transaction) =>
        this.#books.entry(bytesToHex(transaction.hash()))?.pooled.sender ??
        bytesToHex(transaction.getSenderAddress().bytes),
    )
    const touched = [...new Set(senders)].filter((name) => this.#books.sender(name) !== undefined)
    const facts = await Promise.all(touched.map((name) => this.#readFacts(name)))
    const dropped = touched.flatMap((name, index) => this.#fit(name, facts[index]))
    const stale = dropped.filter(({ hash }) => !executed.has(hash))
    await this.#journal.forget([...stale, ...this.#expire()])
  }

  async drop(hashes: readonly Hex[]): Promise<void> {
    const dropped = hashes.flatMap((hash) => this.#books.entry(hash)?.pooled ?? [])
    await this.#journal.forget(this.#remove(dropped))
  }

  async #readFacts(sender: Hex): Promise<SenderFacts> {
    for (;;) {
      const head = this.#heads
      const state = await this.#parts.readSender(sender)
      const isMasternode = this.#parts.isMasternode(sender)
      const standing = standingOf({ balance: state.balance, isMasternode })
      if (head === this.#heads) return { state, standing }
    }
  }

  /** Puts a transaction into its sender's queue and returns the one that had its nonce; all of it or nothing. */
  #insert(
    added: PooledTransaction,
    facts: SenderFacts,
    isKept = false,
  ): PooledTransaction | undefined {
    const name = added.sender
    const before = this.#books.sender(name)?.transactions ?? new Map()
    const changed = insertTransaction(before, added, facts.state)
    const sender = createPoolSender(facts, changed.transactions)
    // What was acknowledged found its room before the node ended.
    this.#books.assertRoomFor(name, sender, isKept ? 2 : facts.standing.rank)
    this.#books.put(name, sender, { pooled: added, atMs: this.#parts.nowMs() })
    return changed.replaced
  }

  /** Takes transactions out, and what no longer fits without them; returns all that went. */
  #remove(removed: readonly PooledTransaction[]): readonly PooledTransaction[] {
    const bySender = Map.groupBy(removed, ({ sender }) => sender)
    const followers = Array.from(bySender, ([name, gone]) => {
      const sender = this.#books.sender(name)
      if (sender === undefined) return []
      const transactions = new Map(sender.transactions)
      for (const { transaction, hash } of gone) {
        if (transactions.get(transaction.nonce)?.hash === hash)
          transactions.delete(transaction.nonce)
      }
      this.#books.put(name, createPoolSender(sender, transactions))
      return this.#fit(name)
    })
    return [...removed, ...followers.flat()]
  }

  /** Lets go of what a sender may no longer have waiting, by newer facts if there are any, and returns it. */
  #fit(name: Hex, newer?: SenderFacts): readonly PooledTransaction[] {
    const sender = this.#books.sender(name)
    if (sender === undefined) return []
    const { state, standing } = newer ?? sender
    const { slots } = standing
    const gapped = this.#books.gappedRoomOf(name)
    const { kept, dropped } = fitTransactions(sender.transactions, { state, slots, gapped })
    this.#books.put(name, createPoolSender({ state, standing }, kept))
    return dropped
  }

  /** What waits for too long is what nobody will execute: a nonce before it is missing, or it pays too little. */
  #expire(): readonly PooledTransaction[] {
    const ageMs = (atMs: number) => this.#parts.nowMs() - atMs
    const expired: PooledTransaction[] = []
    for (const { pooled, atMs } of this.#books.entries()) {
      if (ageMs(atMs) <= GAPPED_LIFETIME_MS) break
      if (ageMs(atMs) > LIFETIME_MS || this.#isGapped(pooled)) expired.push(pooled)
    }
    return this.#remove(expired)
  }

  #isGapped({ sender, transaction }: PooledTransaction): boolean {
    const found = this.#books.sender(sender)
    if (found === undefined || found.gapped.slots === 0) return false
    return transaction.nonce > nextNonce(found.transactions, found.state)
  }
}
