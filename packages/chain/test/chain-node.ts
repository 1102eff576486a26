/** A node that makes a block when a test says so. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Block } from '@ethereumjs/block'
import { hexToBytes } from '@ethereumjs/util'
import type { Hex } from 'viem'

import type { ChainView } from '../src/chain-view.ts'
import { openChain, type Chain } from '../src/chain.ts'
import type { GenesisFile } from '../src/genesis/genesis-file.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'

/** A node, and the hand that lets it make blocks. */
export type ChainNode = {
  readonly view: ChainView
  /** What a simulator stands on. */
  readonly ground: Pick<Chain, 'store' | 'reader' | 'common'>
  readonly clock: ManualClock
  /** Its LevelDB; nothing where it is in memory. */
  readonly folder: string | undefined
  /** Lets a second pass and makes a block of what waits. */
  readonly makeBlock: () => Promise<Block>
  /** Puts signed transactions into one block, and returns their hashes. */
  readonly mine: (...transactions: readonly (Hex | Uint8Array)[]) => Promise<readonly Hex[]>
  readonly close: () => Promise<void>
}

const START_MS = 1_700_000_100_000

/** Opens a node on a genesis, in memory or on a disk. */
export async function openChainNode(
  genesis: GenesisFile,
  kind: 'memory' | 'disk' = 'memory',
): Promise<ChainNode> {
  const clock = createManualClock(START_MS)
  const folder = kind === 'memory' ? undefined : mkdtempSync(join(tmpdir(), 'nexqloud-chain-'))
  const chain = await openChain({ genesis, clock, ...(folder !== undefined && { folder }) })
  const makeBlock = createBlockMaker(chain, clock)
  return {
    view: chain,
    ground: chain,
    clock,
    folder: folder === undefined ? undefined : join(folder, 'chain'),
    makeBlock,
    mine: async (...transactions) => {
      const hashes: Hex[] = []
      for (const raw of transactions) {
        hashes.push(await chain.pool.add(typeof raw === 'string' ? hexToBytes(raw) : raw))
      }
      await makeBlock()
      return hashes
    },
    close: async () => {
      await chain.close()
      if (folder !== undefined) rmSync(folder, { recursive: true })
    },
  }
}

function createBlockMaker({ application, head }: Chain, clock: ManualClock): () => Promise<Block> {
  return async () => {
    await clock.pass(1000)
    const seconds = BigInt(Math.floor(clock.wallMs() / 1000))
    await application.finalizeBlock(await application.prepareProposal(seconds))
    await application.commit()
    return head()
  }
}
