import type { Block } from '@ethereumjs/block'
import { hexToBytes } from '@ethereumjs/util'
import type { Hex } from 'viem'
import { z } from 'zod'

import { toData } from '../format/quantity.ts'
import { receiptToJson } from '../format/receipt-json.ts'
import { transactionToJson } from '../format/transaction-json.ts'
import { defineMethod, type MethodTable } from '../method.ts'
import { blockNumber, bytes, quantity, word, type BlockRef } from '../schema.ts'
import type { MethodContext } from './context.ts'

const byHash = word.transform((hash): BlockRef => ({ hash }))

/** Returns the methods about transactions, those that wait too. */
export function createTransactionMethods({ view, lookup }: MethodContext): MethodTable {
  const rawOf = async (hash: Hex) => {
    const place = await lookup.findPlace(hash)
    const decided = place?.block.transactions[place.index]?.serialize()
    const raw = decided ?? view.pool.get(hash)?.raw
    return raw === undefined ? null : toData(raw)
  }
  const at = async (ref: BlockRef, index: bigint) =>
    transactionAt(await lookup.find(ref), Number(index))
  return {
    eth_getTransactionByHash: defineMethod({
      params: z.tuple([word]),
      cost: 3,
      handle: async ([hash]) => {
        const place = await lookup.findPlace(hash)
        if (place !== undefined) return transactionAt(place.block, place.index)
        const waiting = view.pool.get(hash)
        return waiting === undefined ? null : transactionToJson(waiting.transaction)
      },
    }),
    eth_getTransactionByBlockHashAndIndex: defineMethod({
      params: z.tuple([byHash, quantity]),
      cost: 3,
      handle: ([ref, index]) => at(ref, index),
    }),
    eth_getTransactionByBlockNumberAndIndex: defineMethod({
      params: z.tuple([blockNumber, quantity]),
      cost: 3,
      handle: ([ref, index]) => at(ref, index),
    }),
    eth_getRawTransactionByHash: defineMethod({
      params: z.tuple([word]),
      cost: 3,
      handle: ([hash]) => rawOf(hash),
    }),
    eth_getTransactionReceipt: defineMethod({
      params: z.tuple([word]),
      cost: 5,
      handle: async ([hash]) => {
        const place = await lookup.findPlace(hash)
        if (place === undefined) return null
        const found = await lookup.findReceipts({ number: place.block.header.number })
        return found === undefined ? null : receiptToJson(found, place)
      },
    }),
    eth_sendRawTransaction: defineMethod({
      params: z.tuple([bytes]),
      cost: 10,
      handle: ([raw]) => view.pool.add(hexToBytes(raw)),
    }),
  }
}

function transactionAt(block: Block | undefined, index: number) {
  const transaction = block?.transactions[index]
  if (block === undefined || transaction === undefined) return null
  return transactionToJson(transaction, { block, index })
}
