/** What parameters of calls look like. */

import { z } from 'zod'

import type { AccountOverride, BlockOverride } from '../simulation/simulator.ts'
import { address, bytes, quantity, slot, word } from './schema.ts'

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined)

const accessList = z.array(z.object({ address, storageKeys: z.array(slot) }))

/** A transaction as it is described to be tried; fields that do not change what it does are left aside. */
export const callRequest = z
  .object({
    from: optional(address),
    to: optional(address),
    gas: optional(quantity),
    gasPrice: optional(quantity),
    maxFeePerGas: optional(quantity),
    maxPriorityFeePerGas: optional(quantity),
    value: optional(quantity),
    data: optional(bytes),
    input: optional(bytes),
    accessList: optional(accessList),
  })
  .refine(
    ({ data, input }) => data === undefined || input === undefined || data === input,
    'both "data" and "input" are set and not equal. Please use "input" to pass transaction call data',
  )
  .refine(
    ({ gasPrice, maxFeePerGas, maxPriorityFeePerGas }) =>
      gasPrice === undefined || (maxFeePerGas === undefined && maxPriorityFeePerGas === undefined),
    'both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified',
  )
  .refine(
    ({ maxFeePerGas, maxPriorityFeePerGas = 0n }) =>
      maxFeePerGas === undefined || maxFeePerGas >= maxPriorityFeePerGas,
    'maxFeePerGas is less than maxPriorityFeePerGas',
  )

/** A call, as it was read. */
export type CallRequest = z.output<typeof callRequest>

const accountOverride = z
  .object({
    balance: optional(quantity),
    nonce: optional(quantity),
    code: optional(bytes),
    state: optional(z.record(slot, word)),
    stateDiff: optional(z.record(slot, word)),
  })
  .refine(
    ({ state, stateDiff }) => state === undefined || stateDiff === undefined,
    'has both "state" and "stateDiff"',
  )
  .transform((override): AccountOverride => withoutAbsent(override))

/** Accounts that a call finds otherwise. */
export const stateOverrides = optional(z.record(address, accountOverride))

/** A block that a call finds otherwise, by geth's older and newer names. */
export const blockOverrides = optional(
  z
    .object({
      number: optional(quantity),
      time: optional(quantity),
      gasLimit: optional(quantity),
      feeRecipient: optional(address),
      coinbase: optional(address),
      prevRandao: optional(word),
      random: optional(word),
      baseFeePerGas: optional(quantity),
      baseFee: optional(quantity),
    })
    .transform(({ coinbase, random, baseFee, ...rest }): BlockOverride => {
      const named = {
        ...rest,
        feeRecipient: rest.feeRecipient ?? coinbase,
        prevRandao: rest.prevRandao ?? random,
        baseFeePerGas: rest.baseFeePerGas ?? baseFee,
      }
      return withoutAbsent(named)
    }),
)

function withoutAbsent(object: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
