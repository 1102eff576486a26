import type { Hex } from 'viem'

import type { Ledger } from '../ledger.ts'
import { explained } from './device.ts'

/** What is asked of a ledger here. */
export type BlockReader = { readonly client: Pick<Ledger<undefined>['client'], 'getBlock'> }

/** What of a block is looked at. */
export type FoundBlock = {
  readonly number: bigint
  readonly hash: Hex
  /** Chain seconds since 1970. */
  readonly timestamp: bigint
  /** `prevRandao`, 32 bytes. */
  readonly mixHash: Hex
}

/**
 * Returns the last block before a chain second; block 0 where there is none, and the newest where all are. Halves what is left: times of blocks
 * never fall.
 */
export async function findLastBlock({ client }: BlockReader, before: bigint): Promise<FoundBlock> {
  const read = (number: bigint): Promise<FoundBlock> =>
    explained(client.getBlock({ blockNumber: number }))
  let [found, after] = [await read(0n), (await explained(client.getBlock())).number + 1n]
  while (after - found.number > 1n) {
    const middle = await read((found.number + after) / 2n)
    if (middle.timestamp < before) found = middle
    else after = middle.number
  }
  return found
}
