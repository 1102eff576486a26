import type { Common } from '@ethereumjs/common'
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

/** Returns the 256 bytes of a receipt's bloom filter. */
export function bloomOf({ logs }: Receipt, common: Common): Uint8Array {
  const bloom = new Bloom(undefined, common)
  for (const { address, topics } of logs) for (const value of [address, ...topics]) bloom.add(value)
  return bloom.bitvector
}
