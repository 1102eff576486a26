import { isDeepStrictEqual } from 'node:util'

import type { Block } from '@ethereumjs/block'
import { pendingFees, returnFees } from '@nexqloud/rules'
import { numberToHex, type Hex } from 'viem'

import type { ExecutionPayload } from '../execution/execution-engine.ts'
import { carriedFeesOf, carriedFeesToExtraData, type FeeFields } from './carried-fees.ts'

/** How far ahead of the own clock a block may be dated, in seconds. */
const MOST_AHEAD_SECONDS = 1n

/** The root that blocks name of a beacon chain, which there is none of here. */
export const noBeaconRoot: Hex = numberToHex(0, { size: 32 })

/** Returns the time of a block that is made now: the clock's, but always after its parent's; seconds since 1970. */
export function timeAfter({ header }: Block, wallMs: number): bigint {
  const now = BigInt(Math.floor(wallMs / 1000))
  return now > header.timestamp ? now : header.timestamp + 1n
}

/** Returns what a block on top of `parent` says of fees. */
export function feeFieldsAfter(
  parent: Block,
  { validators, hasTransactions }: { readonly validators: Hex; readonly hasTransactions: boolean },
): FeeFields {
  const { gasUsed, baseFeePerGas = 0n, number } = parent.header
  const pending = pendingFees({ carriedWei: carriedFeesOf(parent), gasUsed, baseFeePerGas })
  const { gwei, carriedWei } = returnFees(pending, hasTransactions)
  const payment = { index: number, validatorIndex: 0n, address: validators, amountGwei: gwei }
  return {
    extraData: carriedFeesToExtraData(carriedWei),
    withdrawals: gwei === 0n ? [] : [payment],
  }
}

/**
 * Returns which rule of consensus a block breaks that execution does not know; nothing where it breaks none.
 * `wallMs` is the own clock's, `validators` where the validators' fees go.
 */
export function findBrokenRule(
  payload: ExecutionPayload,
  {
    parent,
    validators,
    wallMs,
  }: {
    readonly parent: Block
    readonly validators: Hex
    readonly wallMs: number
  },
): string | undefined {
  const now = BigInt(Math.floor(wallMs / 1000))
  const hasTransactions = payload.transactions.length > 0
  const wanted = feeFieldsAfter(parent, { validators, hasTransactions })
  const rules: readonly (readonly [boolean, string])[] = [
    [payload.timestamp > parent.header.timestamp, 'its time is not after its parent’s'],
    [
      payload.timestamp <= now + MOST_AHEAD_SECONDS ||
        payload.timestamp === parent.header.timestamp + 1n,
      'its time is ahead of the clock',
    ],
    [payload.feeRecipient === validators, 'its fees do not go to the validators'],
    [payload.parentBeaconBlockRoot === noBeaconRoot, 'it names a beacon block'],
    [payload.extraData === wanted.extraData, 'it carries other fees than were burnt'],
    [
      isDeepStrictEqual(payload.withdrawals, wanted.withdrawals),
      'it pays other fees back than were burnt',
    ],
  ]
  return rules.find(([holds]) => !holds)?.[1]
}
