import type { Block } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { bytesToHex } from '@ethereumjs/util'
import type { Hex } from 'viem'

import { createTokenBuckets, type TokenBuckets } from '../limit/token-bucket.ts'
import { checkTransaction, readTransaction } from './check-transaction.ts'
import { createDeferrals, type Deferrals } from './deferral.ts'
import { TransactionRefusedError } from './errors.ts'
import { openPoolJournal, type JournalStore, type PoolJournal } from './journal.ts'
import { createPoolSender, PoolBooks } from './pool-books.ts'
import type { PoolRoom } from './pool-room.ts'
import { selectTransactions, type Contender, type Room } from './select-transactions.ts'
import {
  feesOf,
  fitTransactions,
  insertTransaction,
  nextNonce,
  restoreTransactions,
  splitTransactions,
  type SenderState,
} from './sender-transactions.ts'
import { shareReads, type SenderReader } from './shared-reads.ts'
import { standingOf, type Standing } from './standing.ts'
import type {
  PoolCount,
  PooledTransaction,
  SenderQueue,
  TransactionPool,
} from './transaction-pool.ts'

/** What a pool stands on. */
export type PoolParts = {
  readonly store: JournalStore
  readonly common: Common
  readonly blockGasLimit: bigint
  /** Returns a sender on the head's state. */
  readonly readSender: (sender: Hex) => Promise<SenderState>
  /** Whether a sender is a masternode that works; nothing as long as nobody knows. */
  readonly isMasternode: (sender: Hex) => boolean | undefined
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

/** What waits for a nonce before its own is let go then: senders that send in parallel close such a gap in seconds. */
const GAPPED_LIFETIME_MS = 10 * 60 * 1000

/**
 * Opens the pool with what was waiting when the node ended.
 *
 * @throws {@link StoreDamagedError} where that cannot be read.
 */
export async function openPool(parts: PoolParts): Promise<OwnedPool> {
  const read = (raw: Uint8Array) => readTransaction(raw, parts.common)
  const { kept, journal } = await openPoolJournal(parts.store, read)
  const pool = new Pool(parts, journal)
  await pool.takeKept(kept)
  return {
    add: (raw) => pool.add(raw),
    get: (hash) => pool.get(hash),
    nextNonce: (sender) => pool.nextNonce(sender),
    content: () => pool.content(),
    count: () => pool.count(),
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
  /** Transactions that are on their way to the disk: a block may take them, nobody has been promised them yet. */
  readonly #recording = new Map<Hex, Promise<void>>()
  readonly #readSender: SenderReader
  readonly #deferrals: Deferrals
  /** Senders whose transactions came back with the start: whether they still may have them is asked at the next head. */
  readonly #restored = new Set<Hex>()
  /** Heads that came: what was read of a sender before one came says nothing. */
  #heads = 0

  constructor(parts: PoolParts, journal: PoolJournal) {
    this.#parts = parts
    this.#journal = journal
    this.#books = new PoolBooks(parts.capacity ?? capacityByDefault, parts.nowMs)
    this.#deferrals = createDeferrals(parts.nowMs)
    this.#readSender = shareReads(parts.readSender)
    this.#takeTurn = createTokenBuckets(parts.nowMs)
  }

  async add(raw: Uint8Array): Promise<Hex> {
    const added = checkTransaction(raw, this.#parts)
    if (!this.#books.transaction(added.hash)) {
      await this.#onState(added.sender, (state) => this.#admit(added, state))
    }
    await this.#recording.get(added.hash)
    return added.hash
  }

  /** Takes what was acknowledged before the node ended, whatever its rules say today, unless its nonce was used. */
  async takeKept(all: readonly PooledTransaction[]): Promise<void> {
    const executed: PooledTransaction[] = []
    for (const [name, taken] of Map.groupBy(all, ({ sender }) => sender)) {
      const state = await this.#parts.readSender(name)
      const { kept, dropped } = restoreTransactions(taken, state)
      this.#books.put(name, createPoolSender(state, kept))
      this.#restored.add(name)
      executed.push(...dropped)
    }
    await this.#journal.forget(executed)
  }

  get(hash: Hex): PooledTransaction | undefined {
    return this.#books.transaction(hash)
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

  count(): PoolCount {
    return this.#books.count()
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
    for (const [name, { transactions, state }] of this.#books.senders()) {
      const { rank } = this.#standingOf(name, state)
      const isLast = rank < 2 && this.#deferrals.has(name)
      const { pending } = splitTransactions(transactions, state)
      ;(isLast ? deferred : prompt).push({ rank, pending })
    }
    const first = selectTransactions(prompt, room)
    return first.length > 0 ? first : selectTransactions(deferred, room)
  }

  defer(hashes: readonly Hex[]): void {
    for (const hash of hashes) {
      const sender = this.#books.transaction(hash)?.sender
      if (sender !== undefined) this.#deferrals.add(sender)
    }
  }

  async update({ transactions }: Block): Promise<void> {
    this.#heads += 1
    // The block's own write has taken its transactions off the disk.
    const executed = new Set(transactions.map((transaction) => bytesToHex(transaction.hash())))
    const senders = transactions.map(
      (transaction) =>
        this.#books.transaction(bytesToHex(transaction.hash()))?.sender ??
        bytesToHex(transaction.getSenderAddress().bytes),
    )
    const touched = [...new Set([...senders, ...this.#restored])]
    this.#restored.clear()
    const known = touched.filter((name) => this.#books.sender(name) !== undefined)
    const dropped = await Promise.all(
      known.map((name) => this.#onState(name, (state) => this.#fit(name, state))),
    )
    const stale = dropped.flat().filter(({ hash }) => !executed.has(hash))
    const expired = this.#remove(this.#books.queuedFor(GAPPED_LIFETIME_MS))
    await this.#journal.forget([...stale, ...expired])
  }

  async drop(hashes: readonly Hex[]): Promise<void> {
    const dropped = hashes.flatMap((hash) => this.#books.transaction(hash) ?? [])
    await this.#journal.forget(this.#remove(dropped))
  }

  /** Does something with a sender's state, in the turn in which it is known to be the newest head's. */
  async #onState<Result>(
    sender: Hex,
    action: (state: SenderState) => Result | Promise<Result>,
  ): Promise<Result> {
    for (;;) {
      const head = this.#heads
      const state = await this.#readSender(sender, head)
      if (head === this.#heads) return action(state)
    }
  }

  #standingOf(name: Hex, { balance }: SenderState): Standing {
    return standingOf({ balance, isMasternode: this.#parts.isMasternode(name) })
  }

  async #admit(added: PooledTransaction, state: SenderState): Promise<void> {
    // It may have come by another way in the meantime.
    if (this.#books.transaction(added.hash)) return
    const { perMinute } = this.#standingOf(added.sender, state)
    const allowance = { perSecond: perMinute / 60, burst: perMinute }
    if (!this.#takeTurn(added.sender, 1, allowance)) {
      throw new TransactionRefusedError(
        'CHAIN_TX_RATE_LIMIT',
        `too many transactions: ${added.sender} may send ${perMinute} in a minute`,
        'Wait a moment; a sender that owns more may send more.',
      )
    }
    await this.#record(added, this.#insert(added, state))
    for (const listener of this.#listeners) listener(added)
  }

  /** Puts a transaction into its sender's queue and returns the one that had its nonce; all of it or nothing. */
  #insert(added: PooledTransaction, state: SenderState): PooledTransaction | undefined {
    const name = added.sender
    const before = this.#books.sender(name)?.transactions ?? new Map()
    const changed = insertTransaction(before, added, state)
    const sender = createPoolSender(state, changed.transactions)
    this.#books.assertRoomFor(name, sender, this.#standingOf(name, state))
    this.#books.put(name, sender)
    return changed.replaced
  }

  async #record(added: PooledTransaction, replaced: PooledTransaction | undefined): Promise<void> {
    const recording = this.#journal.record(added, replaced)
    this.#recording.set(added.hash, recording)
    try {
      await recording
    } catch (failure) {
      // A disk that refused ends the node: what it holds, the replaced one too, comes back with the next start.
      this.#remove([added])
      throw failure
    } finally {
      if (this.#recording.get(added.hash) === recording) this.#recording.delete(added.hash)
    }
    // A block that took it meanwhile has taken it off the disk before it came there.
    if (!this.#books.transaction(added.hash)) await this.#journal.forget([added])
  }

  /** Takes transactions out, and what no longer fits without them; returns all that went. */
  #remove(removed: readonly PooledTransaction[]): readonly PooledTransaction[] {
    const gone = new Set(removed)
    const followers = [...new Set(removed.map(({ sender }) => sender))].flatMap((name) => {
      const sender = this.#books.sender(name)
      if (sender === undefined) return []
      const left = [...sender.transactions].filter(([, pooled]) => !gone.has(pooled))
      this.#books.put(name, createPoolSender(sender.state, new Map(left)))
      return this.#fit(name, sender.state)
    })
    return [...removed, ...followers]
  }

  /** Lets go of what a sender may no longer have waiting on a state, and returns it. */
  #fit(name: Hex, state: SenderState): readonly PooledTransaction[] {
    const sender = this.#books.sender(name)
    if (sender === undefined) return []
    // Whoever may turn out to be a masternode keeps what it was promised.
    const isUnknown = this.#parts.isMasternode(name) === undefined
    const slots = isUnknown ? Infinity : this.#standingOf(name, state).slots
    const gapped = this.#books.gappedRoomOf(name)
    const { kept, dropped } = fitTransactions(sender.transactions, { state, slots, gapped })
    this.#books.put(name, createPoolSender(state, kept))
    return dropped
  }
}
