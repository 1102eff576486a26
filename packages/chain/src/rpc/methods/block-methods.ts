import type { Block } from '@ethereumjs/block'
import { z } from 'zod'

import { blockToJson } from '../format/block-json.ts'
import { toQuantity } from '../format/quantity.ts'
import { receiptsToJson } from '../format/receipt-json.ts'
import { defineMethod, type MethodTable, type Session } from '../method.ts'
import { blockNumber, blockRef, quantity, word, type BlockRef } from '../schema.ts'
import type { MethodContext } from './context.ts'

const isFull = z.boolean().default(false)
const byHash = word.transform((hash): BlockRef => ({ hash }))

/** To tell a transaction's sender and the rest of it takes 0.04 ms. */
const TRANSACTIONS_PER_COST = 2

/** Returns the methods about blocks; uncles are none here. */
export function createBlockMethods({ lookup, charge }: MethodContext): MethodTable {
  const chargeFor = ({ transactions }: Block, { client }: Session): void =>
    charge(client, Math.floor(transactions.length / TRANSACTIONS_PER_COST))
  const getBlock = async ({ ref, full }: Asked, session: Session) => {
    const block = await lookup.find(ref)
    if (block === undefined) return null
    if (full) chargeFor(block, session)
    return blockToJson(block, full)
  }
  const count = async (ref: BlockRef) => {
    const block = await lookup.find(ref)
    return block === undefined ? null : toQuantity(block.transactions.length)
  }
  const countUncles = async (ref: BlockRef) =>
    (await lookup.find(ref)) === undefined ? null : '0x0'
  const about = (ref: typeof byHash | typeof blockNumber, handle: (ref: BlockRef) => unknown) =>
    defineMethod({ params: z.tuple([ref]), cost: 2, handle: ([given]) => handle(given) })
  return {
    eth_getBlockByHash: defineMethod({
      params: z.tuple([byHash, isFull]),
      cost: 5,
      handle: ([ref, full], session) => getBlock({ ref, full }, session),
    }),
    eth_getBlockByNumber: defineMethod({
      params: z.tuple([blockNumber, isFull]),
      cost: 5,
      handle: ([ref, full], session) => getBlock({ ref, full }, session),
    }),
    eth_getBlockTransactionCountByHash: about(byHash, count),
    eth_getBlockTransactionCountByNumber: about(blockNumber, count),
    eth_getUncleCountByBlockHash: about(byHash, countUncles),
    eth_getUncleCountByBlockNumber: about(blockNumber, countUncles),
    eth_getUncleByBlockHashAndIndex: defineMethod({
      params: z.tuple([byHash, quantity]),
      cost: 1,
      handle: () => null,
    }),
    eth_getUncleByBlockNumberAndIndex: defineMethod({
      params: z.tuple([blockNumber, quantity]),
      cost: 1,
      handle: () => null,
    }),
    eth_getBlockReceipts: defineMethod({
      params: z.tuple([blockRef]),
      cost: 20,
      handle: async ([ref], session) => {
        const found = await lookup.findReceipts(ref)
        if (found === undefined) return null
        chargeFor(found.block, session)
        return receiptsToJson(found)
      },
    }),
  }
}

type Asked = { readonly ref: BlockRef; readonly full: boolean }
