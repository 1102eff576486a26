import type { Block } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { LRUCache } from 'lru-cache'

import {
  decodeBlock,
  decodeSummary,
  type BlockSummary,
  type FindTransaction,
} from './decode-block.ts'
import { StoreDamagedError } from './errors.ts'
import type { KeyValueStore } from './key-value-store.ts'
import { decodeOutcome, type BlockOutcome } from './outcome.ts'
import type { Receipt } from './receipt.ts'
import {
  blockKey,
  blockNumberKey,
  bytesToNumber,
  describeKey,
  logKey,
  metaKey,
  numberOfKey,
  outcomeKey,
  transactionKey,
  type LogField,
} from './tables.ts'

/**
 * What is kept decoded of blocks, by the bytes that they are decoded from: they take about forty times as many in memory,
 * in each of the three threads. A dozen full blocks are what wallets ask for again and again.
 */
const CACHED_BLOCK_BYTES = 128 << 10

/** Outcomes that are read at once: one has at most 4 MB, by the gas that logs take. */
const AT_ONCE = 16

/** Where a transaction stands. */
export type Place = { readonly blockNumber: bigint; readonly index: number }

/** What the transactions of a block did, and which block that is. */
export type NumberedOutcome = BlockOutcome & { readonly number: bigint }

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
  /**
   * Returns what the transactions of these blocks did, in the order asked for, without those of blocks that are not there;
   * the blocks themselves are not read.
   */
  readonly outcomes: (numbers: Iterable<bigint>) => AsyncIterable<NumberedOutcome>
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
  store: Pick<KeyValueStore, 'get' | 'getMany' | 'entries' | 'location'>,
  common: Common,
): ChainReader {
  const blocks = new LRUCache<bigint, Block>({ maxSize: CACHED_BLOCK_BYTES })

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

  return {
    headNumber: () => numberAt(metaKey('head')),
    block: async (number, find) => blocks.get(number) ?? readBlock(number, find),
    summary: async (number) => {
      const bytes = await store.get(blockKey(number))
      return bytes === undefined ? undefined : decodeSummary(bytes, common)
    },
    numberOf: (hash) => numberAt(blockNumberKey(hash)),
    async *outcomes(numbers) {
      for (const some of chunksOf(numbers, AT_ONCE)) {
        const values = await store.getMany(some.map(outcomeKey))
        for (const [index, number] of some.entries()) {
          const bytes = values[index]
          if (bytes !== undefined) yield { ...decode(store, { number, bytes }), number }
        }
      }
    },
    receipts: async (number) => {
      const bytes = await store.get(outcomeKey(number))
      return bytes && decode(store, { number, bytes }).receipts
    },
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

/** @throws {@link StoreDamagedError} where the bytes are no outcome. */
function decode(
  { location }: Pick<KeyValueStore, 'location'>,
  { number, bytes }: { readonly number: bigint; readonly bytes: Uint8Array },
): BlockOutcome {
  try {
    return decodeOutcome(bytes)
  } catch (failure) {
    const what = `${describeKey(outcomeKey(number))} is not what a block’s transactions did`
    throw new StoreDamagedError(location, what, failure)
  }
}

function* chunksOf<Value>(values: Iterable<Value>, length: number): Iterable<readonly Value[]> {
  let chunk: Value[] = []
  for (const value of values) {
    chunk.push(value)
    if (chunk.length < length) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
