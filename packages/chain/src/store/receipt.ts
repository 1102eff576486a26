import { RLP } from '@ethereumjs/rlp'
import { bytesToBigInt } from '@ethereumjs/util'

/** A log as a receipt has it. */
export type Log = {
  readonly address: Uint8Array
  readonly topics: readonly Uint8Array[]
  readonly data: Uint8Array
}

/** What a transaction did, as its block commits to it. */
export type Receipt = {
  readonly isSuccess: boolean
  /** Gas that the block's transactions up to this one used together. */
  readonly cumulativeGasUsed: bigint
  readonly logsBloom: Uint8Array
  readonly logs: readonly Log[]
}

type LogParts = readonly [Uint8Array, readonly Uint8Array[], Uint8Array]

/** Returns a receipt from its encoding, with the transaction's type first where that is not 0 (EIP-2718). */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  const isTyped = (bytes[0] ?? 0) < 0x80
  const parts = RLP.decode(isTyped ? bytes.subarray(1) : bytes) as unknown as readonly [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    readonly LogParts[],
  ]
  const [status, gas, logsBloom, logs] = parts
  return {
    isSuccess: status[0] === 1,
    cumulativeGasUsed: bytesToBigInt(gas),
    logsBloom,
    logs: logs.map(([address, topics, data]) => ({ address, topics, data })),
  }
}
