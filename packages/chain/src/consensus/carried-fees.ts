import type { Block } from '@ethereumjs/block'
import { bytesToBigInt } from '@ethereumjs/util'
import { numberToHex, type Hex } from 'viem'

import type { ExecutionPayload } from '../execution/execution-engine.ts'

/**
 * A block's extra data says how many wei of burnt base fees it carries on (big-endian, nothing for 0), so that the next
 * block's withdrawal follows from its parent's header alone. Block 0 has the chain's name there and carries nothing.
 */
export function carriedFeesOf({ header }: Block): bigint {
  return header.number === 0n ? 0n : bytesToBigInt(header.extraData)
}

/** Returns the extra data of a block that carries so many wei. */
export function carriedFeesToExtraData(wei: bigint): Hex {
  if (wei === 0n) return '0x'
  const digits = numberToHex(wei).slice(2)
  return `0x${digits.length % 2 === 0 ? '' : '0'}${digits}`
}

/** What a block says of fees: the payment that it makes, and what it carries on. */
export type FeeFields = Pick<ExecutionPayload, 'extraData' | 'withdrawals'>
