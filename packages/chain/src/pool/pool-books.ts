import type { Hex } from 'viem'

import { TransactionRefusedError } from './errors.ts'
import {
  addRooms,
  assertGappedRoom,
  assertRoom,
  gappedCapacityOf,
  noRoom,
  subtractRooms,
  type PoolRoom,
} from './pool-room.ts'
import {
  measureTransactions,
  type SenderMeasure,
  type SenderState,
  type SenderTransactions,
} from './sender-transactions.ts'
import { GAPPED_SLOTS, type Standing } from './standing.ts'
import type { PoolCount, PooledTransaction } from './transaction-pool.ts'

/** A sender and what it has waiting. */
export type PoolSender = SenderMeasure & {
  readonly state: SenderState
  readonly transactions: SenderTransactions
}

/** Returns a sender with the room that its transactions take. */
export function createPoolSender(state: SenderState, transactions: SenderTransactions): PoolSender {
  return { state, transactions, ...measureTransactions(transactions, state) }
}

/** What waits, by sender and by hash, and the room that it takes. */
export class PoolBooks {
  readonly #senders = new Map<Hex, PoolSender>()
  readonly #byHash = new Map<Hex, PooledTransaction>()
  /** Since when a transaction has waited for a nonce before its own; the longest first. */
  readonly #queuedSinceMs = new Map<PooledTransaction, number>()
  readonly #capacity: PoolRoom
  readonly #nowMs: () => number
  #taken = noRoom
  #gapped = noRoom

  constructor(capacity: PoolRoom, nowMs: () => number) {
    this.#capacity = capacity
    this.#nowMs = nowMs
  }

  sender(name: Hex): PoolSender | undefined {
    return this.#senders.get(name)
  }

  senders(): ReadonlyMap<Hex, PoolSender> {
    return this.#senders
  }

  transaction(hash: Hex): PooledTransaction | undefined {
    return this.#byHash.get(hash)
  }

  count(): PoolCount {
    const queued = this.#queuedSinceMs.size
    return { pending: this.#byHash.size - queued, queued }
  }

  /** Returns what has waited for a nonce before its own for longer than this. */
  queuedFor(ms: number): readonly PooledTransaction[] {
    const found: PooledTransaction[] = []
    for (const [pooled, sinceMs] of this.#queuedSinceMs) {
      if (this.#nowMs() - sinceMs <= ms) break
      found.push(pooled)
    }
    return found
  }

  /** Returns the room of what waits for a nonce before its own that a sender may fill, with what it fills already. */
  gappedRoomOf(name: Hex): PoolRoom {
    const others = without(this.#gapped, this.#senders.get(name)?.gapped)
    const left = subtractRooms(gappedCapacityOf(this.#capacity), others)
    // After a start the others may have more than there is room for.
    return {
      slots: Math.max(0, Math.min(left.slots, GAPPED_SLOTS)),
      bytes: Math.max(0, left.bytes),
    }
  }

  /**
   * Asserts that a sender of this standing may be put in the place of what was known of it.
   *
   * @throws {@link TransactionRefusedError} where it, or senders of its rank together, would fill too much.
   */
  assertRoomFor(name: Hex, sender: PoolSender, standing: Standing): void {
    const before = this.#senders.get(name)
    const { rank } = standing
    assertOwnRoom(name, sender, standing)
    const taken = addRooms(without(this.#taken, before?.taken), sender.taken)
    assertRoom({ before: this.#taken, after: taken, rank }, this.#capacity)
    const gapped = addRooms(without(this.#gapped, before?.gapped), sender.gapped)
    assertGappedRoom({ before: this.#gapped, after: gapped, rank }, this.#capacity)
  }

  /** Puts a sender in the place of what was known of it. */
  put(name: Hex, sender: PoolSender): void {
    const before = this.#senders.get(name)
    this.#putHashes(before?.transactions ?? new Map(), sender.transactions)
    this.#putQueued(before?.queued ?? [], sender.queued)
    if (sender.transactions.size === 0) this.#senders.delete(name)
    else this.#senders.set(name, sender)
    this.#taken = addRooms(without(this.#taken, before?.taken), sender.taken)
    this.#gapped = addRooms(without(this.#gapped, before?.gapped), sender.gapped)
  }

  #putHashes(before: SenderTransactions, transactions: SenderTransactions): void {
    for (const [nonce, { hash }] of before) {
      if (transactions.get(nonce)?.hash !== hash) this.#byHash.delete(hash)
    }
    for (const pooled of transactions.values()) this.#byHash.set(pooled.hash, pooled)
  }

  #putQueued(before: readonly PooledTransaction[], queued: readonly PooledTransaction[]): void {
    const still = new Set(queued)
    for (const pooled of before) if (!still.has(pooled)) this.#queuedSinceMs.delete(pooled)
    for (const pooled of queued) {
      if (!this.#queuedSinceMs.has(pooled)) this.#queuedSinceMs.set(pooled, this.#nowMs())
    }
  }
}

function without(all: PoolRoom, part: PoolRoom = noRoom): PoolRoom {
  return subtractRooms(all, part)
}

function assertOwnRoom(name: Hex, { taken, gapped }: PoolSender, { slots }: Standing): void {
  if (taken.slots > slots) {
    throw new TransactionRefusedError(
      'CHAIN_TX_SENDER_LIMIT',
      `account limit exceeded: transactions of ${name} would take ${taken.slots} slots; it may have ${slots}`,
      'Wait for some blocks; a sender that owns more may have more waiting.',
    )
  }
  if (gapped.slots > GAPPED_SLOTS) {
    throw new TransactionRefusedError(
      'CHAIN_TX_SENDER_LIMIT',
      `account limit exceeded: ${gapped.slots} slots of ${name} would wait for an earlier nonce; a sender may have ${GAPPED_SLOTS}`,
      'Send the transactions before it first.',
    )
  }
}
