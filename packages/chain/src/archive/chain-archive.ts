import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Block } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { equalsBytes } from '@ethereumjs/util'

import { createChainCommon } from '../execution/chain-common.ts'
import { foundChain } from '../execution/found-chain.ts'
import { openLocalEngine } from '../execution/local-engine.ts'
import { threadClock } from '../execution/work-clock.ts'
import type { GenesisFile } from '../genesis/genesis-file.ts'
import { createChainReader, type ChainReader } from '../store/chain-reader.ts'
import { StoreDamagedError } from '../store/errors.ts'
import type { KeyValueStore } from '../store/key-value-store.ts'
import { openLevelStore } from '../store/level-store.ts'
import { chainRange, describeKey } from '../store/tables.ts'
import { readBlockFile, writeBlockFile } from './block-file.ts'
import { replayBlocks, type Replay } from './replay.ts'

/** A chain at rest: its folder, and block 0. */
export type RestingChain = { readonly folder: string; readonly genesis: GenesisFile }

/** Called with the number of each block that is done, and of the last one where that is known; ends it all by throwing. */
export type Progress = (done: bigint, last?: bigint) => void

/** Writes all blocks after genesis into a file and returns how many; the node has to be stopped. */
export async function exportChain(
  chain: RestingChain,
  { file, onProgress }: { readonly file: string; readonly onProgress: Progress },
): Promise<bigint> {
  return withChain(chain, async ({ store, reader }) => {
    const last = await headOf(reader)
    await writeBlockFile(file, serialize({ store, reader }, { last, onProgress }))
    return last
  })
}

/** Executes the blocks of a file on top of what is there and returns the number of the head; the node has to be stopped. */
export async function importChain(
  chain: RestingChain,
  { file, onProgress }: { readonly file: string; readonly onProgress: Progress },
): Promise<bigint> {
  return withChain(chain, async (replay) => {
    for await (const number of replayBlocks(replay, readBlockFile(file, replay.common)))
      onProgress(number)
    return headOf(replay.reader)
  })
}

/**
 * Executes all blocks anew from genesis, in a folder that is thrown away, and returns how many; the node has to be stopped.
 *
 * @throws {@link ReplayError} at the first block that is not what the rules lead to.
 */
export async function verifyChain(chain: RestingChain, onProgress: Progress): Promise<bigint> {
  const scratch = await mkdtemp(join(tmpdir(), 'nexqloud-verify-'))
  try {
    return await withChain(chain, async ({ store, reader }) => {
      const last = await headOf(reader)
      if ((await reader.block(last + 1n)) !== undefined) {
        throw new StoreDamagedError(
          store.location,
          `there are blocks after the newest one, ${last}`,
        )
      }
      const anew = { folder: scratch, genesis: chain.genesis }
      await withChain(anew, async (replay) => {
        const blocks = serialize({ store, reader }, { last, onProgress: () => {} })
        for await (const number of replayBlocks(replay, blocks)) onProgress(number, last)
        await assertSameEntries(replay.store, store)
      })
      return last
    })
  } finally {
    await rm(scratch, { recursive: true })
  }
}

type OpenChain = Replay & { readonly store: KeyValueStore; readonly common: Common }

/**
 * Asserts that a folder holds, byte for byte, everything that executing its blocks leads to: state, receipts, indexes, head.
 *
 * @throws {@link StoreDamagedError} at the first entry that differs.
 */
async function assertSameEntries(expected: KeyValueStore, store: KeyValueStore): Promise<void> {
  for await (const [key, value] of expected.entries(chainRange())) {
    const found = await store.get(key)
    if (found === undefined || !equalsBytes(found, value)) {
      throw new StoreDamagedError(
        store.location,
        `${describeKey(key)} is not what its blocks lead to`,
      )
    }
  }
}

async function withChain<Result>(
  { folder, genesis }: RestingChain,
  action: (replay: OpenChain) => Promise<Result>,
): Promise<Result> {
  const common = createChainCommon(genesis)
  const store = await openLevelStore(join(folder, 'chain'))
  try {
    await foundChain(store, { genesis, common })
    const reader = createChainReader(store, common)
    const engine = await openLocalEngine({ store, reader, common, clock: threadClock })
    return await action({ store, engine, reader, common })
  } finally {
    await store.close()
  }
}

async function headOf(reader: ChainReader): Promise<bigint> {
  return (await reader.headNumber()) ?? 0n
}

type BlockRange = { readonly last: bigint; readonly onProgress: Progress }

async function* serialize(
  { store, reader }: Pick<OpenChain, 'store' | 'reader'>,
  { last, onProgress }: BlockRange,
): AsyncIterable<Block> {
  for (let number = 1n; number <= last; number += 1n) {
    const block = await reader.block(number)
    if (block?.header.number !== number) {
      const found = block === undefined ? 'missing' : `another, ${block.header.number}`
      throw new StoreDamagedError(store.location, `block ${number} is ${found}`)
    }
    yield block
    onProgress(number, last)
  }
}
