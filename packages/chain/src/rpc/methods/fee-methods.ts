import { z } from 'zod'

import { RpcError, rpcCode } from '../errors.ts'
import { createFeeHistory } from '../fee-history.ts'
import { toQuantity } from '../format/quantity.ts'
import { defineMethod, type MethodTable } from '../method.ts'
import { blockNumber, quantity } from '../schema.ts'
import { createTipSuggestion } from '../tip-suggestion.ts'
import { spendOn } from './allowance.ts'
import type { MethodContext } from './context.ts'

const none = z.tuple([])

/** Geth takes numbers too, where everything else is hex. */
const blockCount = z.union(
  [quantity, z.int().min(0).transform(BigInt)],
  'has to be a number of blocks',
)

const percent = 'has to be from 0 to 100'

const percentiles = z
  .array(z.number().min(0, percent).max(100, percent))
  .max(100)
  .refine((list) => list.every((one, index) => one >= (list[index - 1] ?? 0)), 'has to ascend')

/** Returns the methods about the price of gas. */
export function createFeeMethods(context: MethodContext): MethodTable {
  const { view, lookup } = context
  const readHistory = createFeeHistory(view)
  const suggestTip = createTipSuggestion(view)
  return {
    eth_gasPrice: defineMethod({
      params: none,
      cost: 5,
      handle: async () => toQuantity(view.head().header.calcNextBaseFee() + (await suggestTip())),
    }),
    eth_maxPriorityFeePerGas: defineMethod({
      params: none,
      cost: 5,
      handle: async () => toQuantity(await suggestTip()),
    }),
    eth_blobBaseFee: defineMethod({ params: none, cost: 1, handle: () => '0x1' }),
    eth_feeHistory: defineMethod({
      params: z.tuple([blockCount, blockNumber, percentiles.default([])]),
      cost: 5,
      handle: async ([count, ref, asked], session) => {
        const newest = await lookup.find(ref)
        if (newest === undefined) {
          const head = view.head().header.number
          throw new RpcError(rpcCode.server, `request beyond head block ${head}`)
        }
        return readHistory({ count, newest: newest.header.number, percentiles: asked }, (cost) =>
          spendOn(context, { session, cost }),
        )
      },
    }),
  }
}
