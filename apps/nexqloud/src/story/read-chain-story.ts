import { readServingMasternodes, type MasternodeRecord } from '@nexqloud/ledger'

import { chainUrlOf } from '../data-folder.ts'
import { faultOf } from '../fault.ts'
import type { ReadOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession } from '../session/session.ts'
import type { Shell } from '../shell.ts'

/** What the chain says of itself. */
export type ChainStory =
  | {
      readonly url: string
      readonly height: bigint
      /** The newest block's time: milliseconds since 1970. */
      readonly blockMs: number
      readonly masternodes: readonly MasternodeRecord[]
      readonly problem?: undefined
    }
  | { readonly problem: string }

/** Asks the chain how it is; one that does not answer is part of what is told. */
export async function readChainStory(options: ReadOptions, shell: Shell): Promise<ChainStory> {
  try {
    const { ledger } = await openSession(options, shell)
    const [url, block, masternodes] = await Promise.all([
      chainUrlOf(options, shell),
      ledger.client.getBlock(),
      readChain(readServingMasternodes(ledger)),
    ])
    return { url, height: block.number, blockMs: Number(block.timestamp) * 1000, masternodes }
  } catch (error) {
    return { problem: faultOf(error).message }
  }
}
