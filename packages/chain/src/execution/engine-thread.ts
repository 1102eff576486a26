/** The thread that executes blocks: the node's doors stay open while it does. */

import { parentPort, workerData } from 'node:worker_threads'

import { parseGenesis } from '../genesis/genesis-file.ts'
import { createChainReader } from '../store/chain-reader.ts'
import { openLevelStore } from '../store/level-store.ts'
import { guardWrites, type WriteFuse } from '../store/write-fuse.ts'
import { serveThread } from '../thread/serve-thread.ts'
import { createChainCommon } from './chain-common.ts'
import { openLocalEngine } from './local-engine.ts'
import { threadClock } from './work-clock.ts'

/** What the thread is started with. */
export type EngineThreadData = {
  /** The folder of the LevelDB, which has block 0. */
  readonly folder: string
  /** The genesis file's JSON. */
  readonly genesis: unknown
  readonly fuse: WriteFuse
}

if (parentPort === null) throw new Error('This module is a thread of the node.')
const { folder, genesis, fuse } = workerData as EngineThreadData
const common = createChainCommon(parseGenesis(genesis))
const store = guardWrites(await openLevelStore(folder), { fuse })
const reader = createChainReader(store, common)
const engine = await openLocalEngine({ store, reader, common, clock: threadClock })

serveThread(parentPort, {
  forkchoiceUpdated: engine.forkchoiceUpdated,
  getPayload: engine.getPayload,
  newPayload: engine.newPayload,
  close: async () => {
    await engine.close()
    await store.close()
  },
})
