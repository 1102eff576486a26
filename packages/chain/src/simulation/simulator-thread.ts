/** The thread that tries out calls: it may be ended at any moment. */

import { parentPort, workerData } from 'node:worker_threads'

import { createChainCommon } from '../execution/chain-common.ts'
import { parseGenesis } from '../genesis/genesis-file.ts'
import { createChainReader } from '../store/chain-reader.ts'
import { openLevelStore } from '../store/level-store.ts'
import { serveThread } from '../thread/serve-thread.ts'
import { createLocalSimulator } from './local-simulator.ts'

/** What the thread is started with. */
export type SimulatorThreadData = {
  /** The folder of the LevelDB, which the node has open. */
  readonly folder: string
  /** The genesis file's JSON. */
  readonly genesis: unknown
  readonly gasCap?: bigint
}

if (parentPort === null) throw new Error('This module is a thread of the node.')
const { folder, genesis, ...options } = workerData as SimulatorThreadData
const common = createChainCommon(parseGenesis(genesis))
const store = await openLevelStore(folder)
const reader = createChainReader(store, common)
const simulator = createLocalSimulator({ store, reader, common, ...options })

serveThread(parentPort, {
  ready: async () => {},
  call: simulator.call,
  estimateGas: simulator.estimateGas,
  createAccessList: simulator.createAccessList,
  traceTransaction: simulator.traceTransaction,
  close: async () => {
    await simulator.close()
    await store.close()
  },
})
