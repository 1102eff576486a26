import { TransactionRefusedError } from './errors.ts'
import type { Standing } from './standing.ts'
import type { PooledTransaction } from './transaction-pool.ts'

/** Room in the pool. */
export type PoolRoom = {
  /** Each begun {@link SLOT_BYTES} of a transaction is one. */
  readonly slots: number
  readonly bytes: number
}

/** As in geth's pool, so that many small transactions and few large ones cost the same. */
const SLOT_BYTES = 32 * 1024

/**
 * Percent of the pool that a rank may help to fill. Nothing that was acknowledged is thrown out for a better one, so room
 * is kept for whoever matters more.
 */
const shares: Readonly<Record<Standing['rank'], number>> = { 0: 25, 1: 90, 2: 100 }

/** Percent of the pool for transactions that wait for a nonce before theirs: they cost nothing while they do. */
const GAPPED_PERCENT = 10

/** The room of nothing. */
export const noRoom: PoolRoom = { slots: 0, bytes: 0 }

/** Returns the room that a transaction takes. */
export function roomOf({ raw }: Pick<PooledTransaction, 'raw'>): PoolRoom {
  return { slots: Math.ceil(raw.length / SLOT_BYTES), bytes: raw.length }
}

/** Returns two rooms together. */
export function addRooms(a: PoolRoom, b: PoolRoom): PoolRoom {
  return { slots: a.slots + b.slots, bytes: a.bytes + b.bytes }
}

/** Returns what a room leaves of another one. */
export function subtractRooms(a: PoolRoom, b: PoolRoom): PoolRoom {
  return { slots: a.slots - b.slots, bytes: a.bytes - b.bytes }
}

/** Whether a room fits into another one. */
export function fitsInto(asked: PoolRoom, most: PoolRoom): boolean {
  return asked.slots <= most.slots && asked.bytes <= most.bytes
}

/** Returns the room that transactions may take that wait for a nonce before theirs, of all senders together. */
export function gappedCapacityOf(capacity: PoolRoom): PoolRoom {
  return percentOf(capacity, GAPPED_PERCENT)
}

/** A change of what waits. */
export type RoomChange = {
  readonly before: PoolRoom
  readonly after: PoolRoom
  /** Of the sender that changes it. */
  readonly rank: Standing['rank']
}

/**
 * Asserts that senders of this rank may fill so much; what takes no more room than before always may.
 *
 * @throws {@link TransactionRefusedError} where they may not.
 */
export function assertRoom({ before, after, rank }: RoomChange, capacity: PoolRoom): void {
  const most = percentOf(capacity, shares[rank])
  if (fitsInto(after, before) || fitsInto(after, most)) return
  throw new TransactionRefusedError(
    'CHAIN_POOL_FULL',
    `txpool is full: ${describe(before)} are taken; senders like this one may fill ${describe(most)}`,
    'Wait for some blocks and send it again.',
  )
}

/**
 * Asserts that what waits for a nonce before its own has room, as {@link assertRoom} does for everything.
 *
 * @throws {@link TransactionRefusedError} where it has none.
 */
export function assertGappedRoom({ before, after, rank }: RoomChange, capacity: PoolRoom): void {
  const most = percentOf(gappedCapacityOf(capacity), shares[rank])
  if (fitsInto(after, before) || fitsInto(after, most)) return
  throw new TransactionRefusedError(
    'CHAIN_POOL_FULL',
    `txpool is full: ${describe(before)} wait for an earlier nonce; senders like this one may fill ${describe(most)}`,
    'Send the transactions before it first.',
  )
}

function describe({ slots, bytes }: PoolRoom): string {
  return `${slots} slots of ${bytes} bytes`
}

function percentOf({ slots, bytes }: PoolRoom, percent: number): PoolRoom {
  return {
    slots: Math.floor((slots * percent) / 100),
    bytes: Math.floor((bytes * percent) / 100),
  }
}
