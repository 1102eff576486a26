import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

import type { Block } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import type { Clock } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import { bytesToHex, type Hex } from 'viem'

import type { ChainView } from './chain-view.ts'
import { createBlockApplication, type BlockApplication } from './consensus/block-application.ts'
import { createMasternodeSet } from './consensus/masternode-set.ts'
import { createChainCommon } from './execution/chain-common.ts'
import type { ExecutionEngine, ExecutionPayload } from './execution/execution-engine.ts'
import { openLocalEngine } from './execution/local-engine.ts'
import { openEngineThread } from './execution/open-engine-thread.ts'
import { foundChain } from './genesis/found-chain.ts'
import type { GenesisFile } from './genesis/genesis-file.ts'
import { openPool, type OwnedPool } from './pool/pool.ts'
import { createLocalSimulator } from './simulation/local-simulator.ts'
import { openThreadSimulator } from './simulation/open-thread-simulator.ts'
import type { Simulator } from './simulation/simulator.ts'
import { createStateReader } from './state/state-reader.ts'
import { createChainReader, type ChainReader } from './store/chain-reader.ts'
import { StoreDamagedError } from './store/errors.ts'
import type { KeyValueStore } from './store/key-value-store.ts'
import { openLevelStore } from './store/level-store.ts'
import { createMemoryStore } from './store/memory-store.ts'

/** What a chain is opened with. */
export type ChainOptions = {
  readonly genesis: GenesisFile
  /** Where its data lies; without one everything is in memory and goes with it. */
  readonly folder?: string
  readonly clock: Clock
}

/** A chain that waits for whoever decides about its blocks. */
export type Chain = ChainView & {
  readonly pool: OwnedPool
  readonly application: BlockApplication
  /** Rejects when the disk refused a write: nothing may be acknowledged after that. Never resolves. */
  readonly failed: Promise<never>
  /** Tries out calls; it ends with the chain. */
  readonly simulator: Simulator
  /** Whether a transaction could go into a block. */
  readonly hasWork: () => boolean
  /** Closes everything; may be called twice. */
  readonly close: () => Promise<void>
}

/**
 * Transactions that are offered to one block, and how many times its gas their limits may come to: most use less than
 * they may.
 */
const OFFERED = { count: 5000, timesTheGas: 2n } as const

/**
 * Opens a chain: its data, its pool, and execution on a thread of its own.
 *
 * @throws {@link StoreLockedError} where another process has the folder.
 * @throws {@link OtherGenesisError} where the folder holds another chain.
 * @throws {@link StoreDamagedError} where what lies there cannot be read.
 */
export async function openChain(options: ChainOptions): Promise<Chain> {
  const { genesis, folder, clock } = options
  const common = createChainCommon(genesis)
  const { store, failed } = watchWrites(
    folder === undefined ? createMemoryStore() : await openLevelStore(join(folder, 'chain')),
  )
  await foundChain(store, { genesis, common })
  const reader = createChainReader(store, common)
  const heads = createHeads(await readHead(reader, folder))
  const engine = await openEngine({ options, store, reader, common })
  const simulator = openSimulator({ options, store, reader, common })
  const headNumber = () => heads.head().header.number
  const masternodes = createMasternodeSet({ simulator, headNumber, clock })
  const readState = createStateReader(store, common)
  const pool = await openPool({
    store,
    common,
    blockGasLimit: genesis.gasLimit,
    readSender: async (sender) => {
      const state = await readState(heads.head().header.stateRoot)
      return state.account(sender)
    },
    isMasternode: masternodes.has,
    nowMs: clock.steadyMs,
  })
  heads.onHead(() => void masternodes.refresh())
  void masternodes.refresh()
  const parts = { options, reader, heads, engine, pool }
  let closed: Promise<void> | undefined
  return {
    common,
    store,
    reader,
    readState,
    pool,
    head: heads.head,
    onHead: heads.onHead,
    application: createApplication(parts),
    failed,
    simulator,
    hasWork: () => pool.hasWork(heads.head().header.calcNextBaseFee()),
    close: () => {
      closed ??= closeAll({ engine, simulator, store })
      return closed
    },
  }
}

/** A store whose first failed write is told to whoever waits for it. */
function watchWrites(store: KeyValueStore) {
  const failure = Promise.withResolvers<never>()
  // Whoever does not wait for it learns of it by the write itself.
  failure.promise.catch(() => {})
  const write: KeyValueStore['write'] = async (batch) => {
    try {
      await store.write(batch)
    } catch (error) {
      failure.reject(error)
      throw error
    }
  }
  return { store: { ...store, write }, failed: failure.promise }
}

type Open = {
  readonly engine: ExecutionEngine
  readonly simulator: Simulator
  readonly store: KeyValueStore
}

/** Last opened, first closed; one that fails to close does not keep the others open. */
async function closeAll({ engine, simulator, store }: Open): Promise<void> {
  try {
    await simulator.close()
  } finally {
    try {
      await engine.close()
    } finally {
      await store.close()
    }
  }
}

type ChainParts = {
  readonly options: ChainOptions
  readonly reader: ChainReader
  readonly heads: Heads
  readonly engine: ExecutionEngine
  readonly pool: OwnedPool
}

function createApplication(parts: ChainParts): BlockApplication {
  const { options, heads, engine, pool, reader } = parts
  return createBlockApplication({
    engine,
    head: heads.head,
    onCommitted: async (payload) => {
      const block = await readCommitted(reader, { payload, pool })
      heads.set(block)
      await pool.update(block)
      heads.announce(block)
    },
    selectTransactions: () =>
      select(parts).map(({ raw, transaction }) => ({
        raw,
        senderPublicKey: transaction.getSenderPublicKey(),
      })),
    dropTransactions: pool.drop,
    validators: contracts.validatorPool.address.toLowerCase() as Hex,
    randomWord: () => bytesToHex(randomBytes(32)),
    wallMs: options.clock.wallMs,
  })
}

function select({ heads, pool, options }: ChainParts) {
  return pool.select({
    baseFee: heads.head().header.calcNextBaseFee(),
    gas: options.genesis.gasLimit * OFFERED.timesTheGas,
    count: OFFERED.count,
  })
}

type Ground = {
  readonly options: ChainOptions
  readonly store: KeyValueStore
  readonly reader: ChainReader
  readonly common: Common
}

function openSimulator(parts: Ground): Simulator {
  const { folder, genesis, clock } = parts.options
  if (folder === undefined) return createLocalSimulator(parts)
  return openThreadSimulator({ folder: join(folder, 'chain'), genesis: genesis.source }, { clock })
}

function openEngine(parts: Ground): Promise<ExecutionEngine> | ExecutionEngine {
  const { folder, genesis } = parts.options
  if (folder === undefined) return openLocalEngine(parts)
  return openEngineThread({ folder: join(folder, 'chain'), genesis: genesis.source })
}

async function readHead(reader: ChainReader, folder = 'memory'): Promise<Block> {
  const number = await reader.headNumber()
  const block = number === undefined ? undefined : await reader.block(number)
  if (block === undefined) throw new StoreDamagedError(folder, 'it has no newest block')
  return block
}

async function readCommitted(
  reader: ChainReader,
  { payload, pool }: { readonly payload: ExecutionPayload; readonly pool: OwnedPool },
): Promise<Block> {
  const find = (hash: Hex) => pool.get(hash)?.transaction
  const block = await reader.block(payload.blockNumber, find)
  if (block === undefined) throw new StoreDamagedError('the data folder', 'a new block is missing')
  return block
}

/** The newest block, and who wants to know of it. */
type Heads = Pick<ChainView, 'head' | 'onHead'> & {
  readonly set: (block: Block) => void
  /** Tells those who want to know, once everything else of the node stands on the new block. */
  readonly announce: (block: Block) => void
}

function createHeads(first: Block): Heads {
  let newest = first
  const listeners = new Set<(block: Block) => void>()
  return {
    head: () => newest,
    onHead: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    set: (block) => {
      newest = block
    },
    announce: (block) => {
      for (const listener of listeners) listener(block)
    },
  }
}
