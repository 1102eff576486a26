import type { Block } from '@ethereumjs/block'
import { hexToBytes } from '@ethereumjs/util'
import type { Hex } from 'viem'

import type { ChainView } from '../chain-view.ts'
import { RpcError, rpcCode } from './errors.ts'
import type { BlockReceipts } from './format/receipt-json.ts'
import type { BlockRef } from './schema.ts'

/** Finds blocks by what clients call them. */
export type BlockLookup = {
  /** Returns a block; nothing where there is none. */
  readonly find: (ref: BlockRef) => Promise<Block | undefined>
  /**
   * Returns a block.
   *
   * @throws {@link RpcError} where there is none.
   */
  readonly get: (ref: BlockRef) => Promise<Block>
  /** Returns a block and its receipts; nothing where there is none. */
  readonly findReceipts: (ref: BlockRef) => Promise<BlockReceipts | undefined>
  /** Returns where a transaction stands; nothing where it is in no block. */
  readonly findPlace: (
    transactionHash: Hex,
  ) => Promise<{ readonly block: Block; readonly index: number } | undefined>
}

/** Returns the lookup of a chain; the pending block is the newest one. */
export function createBlockLookup({ reader, head }: ChainView): BlockLookup {
  /** The newest block, which is asked for most, is in memory as it was made. */
  async function read(number: bigint): Promise<Block | undefined> {
    const newest = head()
    return newest.header.number === number ? newest : reader.block(number)
  }

  async function find(ref: BlockRef): Promise<Block | undefined> {
    if ('number' in ref) {
      return ref.number <= head().header.number ? read(ref.number) : undefined
    }
    if ('tag' in ref) return ref.tag === 'earliest' ? reader.block(0n) : head()
    const number = await reader.numberOf(hexToBytes(ref.hash))
    return number === undefined ? undefined : read(number)
  }

  return {
    find,
    get: async (ref) => {
      const block = await find(ref)
      if (block === undefined) {
        const name = 'hash' in ref ? 'header for hash' : 'header'
        throw new RpcError(rpcCode.server, `${name} not found`)
      }
      return block
    },
    findReceipts: async (ref) => {
      const block = await find(ref)
      if (block === undefined) return undefined
      const receipts = await reader.receipts(block.header.number)
      return receipts === undefined ? undefined : { block, receipts }
    },
    findPlace: async (transactionHash) => {
      const place = await reader.placeOf(hexToBytes(transactionHash))
      if (place === undefined) return undefined
      const block = await read(place.blockNumber)
      return block === undefined ? undefined : { block, index: place.index }
    },
  }
}
