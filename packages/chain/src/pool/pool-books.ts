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
  type SenderState,
  type SenderTransactions,
} from './sender-transactions.ts'
import { GAPPED_SLOTS, type Standing } from './standing.ts'
import type { PooledTransaction } from './transaction-pool.ts'

/** What the head says of a sender. */
export type SenderFacts = { readonly state: SenderState; readonly standing: Standing }

/** A sender and what it has waiting. */
export type PoolSender = SenderFacts & {
  readonly transactions: SenderTransactions
  /** The room that all of them take, and those that wait for a nonce before theirs. */
  readonly taken: PoolRoom
  readonly gapped: PoolRoom
}

/** Returns a sender with the room that its transactions take. */
export function createPoolSender(facts: SenderFacts, transactions: SenderTransactions): PoolSender {
  return { ...facts, transactions, ...measureTransactions(transactions, facts.state) }
}

/** A transaction and when it came. */
type Entry = { readonly pooled: PooledTransaction; readonly atMs: number }

/** What waits, by sender and by hash, and the room that it takes. */
export class PoolBooks {
  readonly #senders = new Map<Hex, PoolSender>()
  /** In the order in which they came. */
  readonly #byHash = new Map<Hex, Entry>()
  readonly #capacity: PoolRoom
  #taken = noRoom
  #gapped = noRoom

  constructor(capacity: PoolRoom) {
    this.#capacity = capacity
  }

  sender(name: Hex): PoolSender | undefined {
    return this.#senders.get(name)
  }

  senders(): ReadonlyMap<Hex, PoolSender> {
    return this.#senders
  }

  entry(hash: Hex): Entry | undefined {
    return this.#byHash.get(hash)
  }

  /** Returns everything, in the order in which it came. */
  entries(): Iterable<Entry> {
    return this.#byHash.values()
  }

  /** Returns the room of what waits for a nonce before its own that a sender may fill, with what it fills already. */
  gappedRoomOf(name: Hex): PoolRoom {
    const others = without(this.#gapped, this.#senders.get(name)?.gapped)
    const left = subtractRooms(gappedCapacityOf(this.#capacity), others)
    return { ...left, slots: Math.min(left.slots, GAPPED_SLOTS) }
  }

  /**
   * Asserts that a sender may be put in the place of what was known of it.
   *
   * @throws {@link TransactionRefusedError} where it, or senders of this rank together, would fill too much.
   */
  assertRoomFor(name: Hex, sender: PoolSender, rank: Standing['rank']): void {
    const before = this.#senders.get(name)
    assertOwnRoom(name, sender)
    const taken = addRooms(without(this.#taken, before?.taken), sender.taken)
    assertRoom({ before: this.#taken, after: taken, rank }, this.#capacity)
    const gapped = addRooms(without(this.#gapped, before?.gapped), sender.gapped)
    assertGappedRoom({ before: this.#gapped, after: gapped, rank }, this.#capacity)
  }

  /** Puts a sender in the place of what was known of it; `added` is what it has more. */
  put(name: Hex, sender: PoolSender, added?: Entry): void {
    const before = this.#senders.get(name)
    for (const pooled of before?.transactions.values() ?? []) {
      if (sender.transactions.get(pooled.transaction.nonce) !== pooled) {
        this.#byHash.delete(pooled.hash)
      }
    }
    if (added !== undefined) this.#byHash.set(added.pooled.hash, added)
    if (sender.transactions.size === 0) this.#senders.delete(name)
    else this.#senders.set(name, sender)
    this.#taken = addRooms(without(this.#taken, before?.taken), sender.taken)
    this.#gapped = addRooms(without(this.#gapped, before?.gapped), sender.gapped)
  }
}

function without(all: PoolRoom, part: PoolRoom = noRoom): PoolRoom {
  return subtractRooms(all, part)
}

function assertOwnRoom(name: Hex, { taken, gapped, standing }: PoolSender): void {
  if (taken.slots > standing.slots) {
    throw new TransactionRefusedError(
      'CHAIN_TX_SENDER_LIMIT',
      `account limit exceeded: transactions of ${name} would take ${taken.slots} slots; it may have ${standing.slots}`,
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
