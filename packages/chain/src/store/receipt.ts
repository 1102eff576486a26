import type { Common } from '@ethereumjs/common'
import { RLP } from '@ethereumjs/rlp'
import { bytesToBigInt } from '@ethereumjs/util'
import { Bloom } from '@ethereumjs/vm'

/** A log as a receipt has it. */
export type Log = {
  readonly address: Uint8Array
  readonly topics: readonly Uint8Array[]
  readonly data: Uint8Array
}

/** What a transaction did. Its bloom filter is no part of it: the logs say it, and it would be half of what is stored. */
export type Receipt = {
  readonly transactionHash: Uint8Array
  readonly isSuccess: boolean
  /** Gas that the block's transactions up to this one used together. */
  readonly cumulativeGasUsed: bigint
  readonly logs: readonly Log[]
}

/** What a block's transactions did, and what a log's reader wants to know of the block. */
export type BlockOutcome = {
  readonly hash: Uint8Array
  /** Seconds since 1970. */
  readonly timestamp: bigint
  /** One for each transaction, in their order. */
  readonly receipts: readonly Receipt[]
}

/** Returns the 256 bytes of a receipt's bloom filter. */
export function bloomOf({ logs }: Receipt, common: Common): Uint8Array {
  const bloom = new Bloom(undefined, common)
  for (const { address, topics } of logs) for (const value of [address, ...topics]) bloom.add(value)
  return bloom.bitvector
}

type LogParts = readonly [address: Uint8Array, topics: readonly Uint8Array[], data: Uint8Array]
type ReceiptParts = readonly [Uint8Array, Uint8Array, Uint8Array, readonly LogParts[]]
type OutcomeParts = readonly [hash: Uint8Array, timestamp: Uint8Array, readonly ReceiptParts[]]

/** Returns an outcome as it is stored. */
export function encodeOutcome({ hash, timestamp, receipts }: BlockOutcome): Uint8Array {
  return RLP.encode([hash, timestamp, receipts.map(toParts)])
}

/** Returns an outcome from what is stored. */
export function decodeOutcome(bytes: Uint8Array): BlockOutcome {
  const [hash, timestamp, receipts] = RLP.decode(bytes) as unknown as OutcomeParts
  return { hash, timestamp: bytesToBigInt(timestamp), receipts: receipts.map(toReceipt) }
}

function toParts({ transactionHash, isSuccess, cumulativeGasUsed, logs }: Receipt) {
  const logParts = logs.map(({ address, topics, data }) => [address, [...topics], data])
  return [transactionHash, Number(isSuccess), cumulativeGasUsed, logParts]
}

function toReceipt([transactionHash, status, gas, logs]: ReceiptParts): Receipt {
  return {
    transactionHash,
    isSuccess: status[0] === 1,
    cumulativeGasUsed: bytesToBigInt(gas),
    logs: logs.map(([address, topics, data]) => ({ address, topics, data })),
  }
}
