import type { Block } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { LRUCache } from 'lru-cache'

import {
  decodeBlock,
  decodeSummary,
  type BlockSummary,
  type FindTransaction,
} from './decode-block.ts'
import type { KeyValueStore } from './key-value-store.ts'
import { decodeOutcome, type BlockOutcome, type Receipt } from './receipt.ts'
import {
  blockKey,
  blockNumberKey,
  bytesToNumber,
  logKey,
  metaKey,
  numberOfKey,
  outcomeKey,
  transactionKey,
  type LogField,
} from './tables.ts'

/**
 * What is kept decoded, by the bytes that it is decoded from: blocks take about forty times as many in memory, outcomes
 * six times.
 */
const CACHED = { blockBytes: 1 << 20, outcomeBytes: 4 << 20 } as const

/** Where a transaction stands. */
export type Place = { readonly blockNumber: bigint; readonly index: number }

/** Reads the decided blocks. */
export type ChainReader = {
  /** Returns the number of the newest block; nothing where the store is new. */
  readonly headNumber: () => Promise<bigint | undefined>
  /**
   * Returns a block; nothing where there is none yet. Transactions that `find` knows by their hash are taken from there
   * and not decoded again.
   */
  readonly block: (number: bigint, find?: FindTransaction) => Promise<Block | undefined>
  /** Returns a block's header, and how many transactions it has; nothing where there is none. */
  readonly summary: (number: bigint) => Promise<BlockSummary | undefined>
  /** Returns the number of the block with this hash; nothing where there is none. */
  readonly numberOf: (blockHash: Uint8Array) => Promise<bigint | undefined>
  /** Returns a block's receipts, one for each transaction; nothing where there is no such block. */
  readonly receipts: (number: bigint) => Promise<readonly Receipt[] | undefined>
  /** Returns what a block's transactions did, for which the block itself is not read; nothing where there is none. */
  readonly outcome: (number: bigint) => Promise<BlockOutcome | undefined>
  /** Returns where a transaction stands; nothing where it is in no block. */
  readonly placeOf: (transactionHash: Uint8Array) => Promise<Place | undefined>
  /** Returns the numbers of blocks `from` to `to` (both included) that have a log with this value, ascending. */
  readonly blocksWith: (query: LogQuery) => AsyncIterable<bigint>
}

/** Blocks that have a log from an address, or with a topic. */
export type LogQuery = {
  readonly field: LogField
  /** 32 bytes; an address has zeros first. */
  readonly value: Uint8Array
  readonly from: bigint
  readonly to: bigint
}

/** Returns a reader of the blocks in a store. */
export function createChainReader(
  store: Pick<KeyValueStore, 'get' | 'entries'>,
  common: Common,
): ChainReader {
  const blocks = new LRUCache<bigint, Block>({ maxSize: CACHED.blockBytes })
  const outcomes = new LRUCache<bigint, BlockOutcome>({ maxSize: CACHED.outcomeBytes })

  async function numberAt(key: Uint8Array): Promise<bigint | undefined> {
    const value = await store.get(key)
    return value === undefined ? undefined : bytesToNumber(value)
  }

  async function readBlock(number: bigint, find?: FindTransaction): Promise<Block | undefined> {
    const bytes = await store.get(blockKey(number))
    if (bytes === undefined) return undefined
    const block = decodeBlock(bytes, { common, find })
    blocks.set(number, block, { size: bytes.length })
    return block
  }

  async function readOutcome(number: bigint): Promise<BlockOutcome | undefined> {
    const bytes = await store.get(outcomeKey(number))
    if (bytes === undefined) return undefined
    const outcome = decodeOutcome(bytes)
    outcomes.set(number, outcome, { size: bytes.length })
    return outcome
  }

  const findOutcome = async (number: bigint) => outcomes.get(number) ?? readOutcome(number)

  return {
    headNumber: () => numberAt(metaKey('head')),
    block: async (number, find) => blocks.get(number) ?? readBlock(number, find),
    summary: async (number) => {
      const bytes = await store.get(blockKey(number))
      return bytes === undefined ? undefined : decodeSummary(bytes, common)
    },
    numberOf: (hash) => numberAt(blockNumberKey(hash)),
    outcome: findOutcome,
    receipts: async (number) => (await findOutcome(number))?.receipts,
    placeOf: async (hash) => {
      const value = await store.get(transactionKey(hash))
      if (value === undefined) return undefined
      const view = new DataView(value.buffer, value.byteOffset)
      return { blockNumber: view.getBigUint64(0), index: view.getUint32(8) }
    },
    async *blocksWith({ field, value, from, to }) {
      const range = { from: logKey(field, value, from), to: logKey(field, value, to + 1n) }
      for await (const [key] of store.entries(range)) yield numberOfKey(key)
    },
  }
}
