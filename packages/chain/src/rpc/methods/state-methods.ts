import type { Hex } from 'viem'
import { z } from 'zod'

import { toQuantity } from '../format/quantity.ts'
import { defineMethod, type MethodTable } from '../method.ts'
import { address, blockRef, latest, slot, type BlockRef } from '../schema.ts'
import type { MethodContext } from './context.ts'
import { stateAt } from './state-at.ts'

const at = blockRef.default(latest)

/** Slots of one proof: each is some kilobytes. */
const MOST_SLOTS = 1024

/** The slot, and how the client wrote it: the answer says it so. */
const namedSlot = z.string().transform((name, context) => {
  const { data, error } = slot.safeParse(name)
  if (error === undefined) return { name, key: data }
  context.addIssue('has to be at most 32 bytes of hex')
  return z.NEVER
})

/** Returns the methods that read the state, at any block. */
export function createStateMethods(context: MethodContext): MethodTable {
  return {
    eth_getBalance: defineMethod({
      params: z.tuple([address, at]),
      cost: 3,
      handle: async ([account, ref]) => {
        const { balance } = await (await stateAt(context, ref)).account(account)
        return toQuantity(balance)
      },
    }),
    eth_getCode: defineMethod({
      params: z.tuple([address, at]),
      cost: 3,
      handle: async ([account, ref]) => (await stateAt(context, ref)).code(account),
    }),
    eth_getStorageAt: defineMethod({
      params: z.tuple([address, slot, at]),
      cost: 3,
      handle: async ([account, key, ref]) => (await stateAt(context, ref)).storage(account, key),
    }),
    eth_getTransactionCount: defineMethod({
      params: z.tuple([address, at]),
      cost: 3,
      handle: async ([account, ref]) => toQuantity(await nextNonce(context, { account, ref })),
    }),
    eth_getProof: defineMethod({
      params: z.tuple([address, z.array(namedSlot).max(MOST_SLOTS), at]),
      cost: 20,
      handle: async ([account, slots, ref]) => {
        const state = await stateAt(context, ref)
        const keys = slots.map(({ key }) => key)
        const { balance, nonce, storageProof, ...rest } = await state.prove(account, keys)
        return {
          ...rest,
          address: account,
          balance: toQuantity(balance),
          nonce: toQuantity(nonce),
          storageProof: storageProof.map(({ value, proof }, index) => ({
            key: slots[index]?.name,
            value: toQuantity(value),
            proof,
          })),
        }
      },
    }),
  }
}

async function nextNonce(
  context: MethodContext,
  { account, ref }: { readonly account: Hex; readonly ref: BlockRef },
): Promise<bigint> {
  if ('tag' in ref && ref.tag === 'pending') return context.view.pool.nextNonce(account)
  const { nonce } = await (await stateAt(context, ref)).account(account)
  return nonce
}
