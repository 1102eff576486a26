import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

import type { Block } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { bytesToHex } from '@ethereumjs/util'
import type { Clock } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import type { Logger } from 'pino'
import type { Hex } from 'viem'

import type { ChainView } from './chain-view.ts'
import { createBlockApplication, type BlockApplication } from './consensus/block-application.ts'
import { createChainCommon } from './execution/chain-common.ts'
import type { ExecutionEngine, ExecutionPayload } from './execution/execution-engine.ts'
import { foundChain } from './execution/found-chain.ts'
import { openLocalEngine } from './execution/local-engine.ts'
import { openEngineThread } from './execution/open-engine-thread.ts'
import { threadClock } from './execution/work-clock.ts'
import type { GenesisFile } from './genesis/genesis-file.ts'
import { createMasternodeSet } from './pool/masternode-set.ts'
import { openPool, type OwnedPool } from './pool/pool.ts'
import { rememberAnswers } from './simulation/answer-memory.ts'
import { createFairSimulator } from './simulation/fair-simulator.ts'
import { createLocalSimulator } from './simulation/local-simulator.ts'
import { openThreadSimulator } from './simulation/open-thread-simulator.ts'
import type { Simulator } from './simulation/simulator.ts'
import { createStateReader } from './state/state-reader.ts'
import { createChainReader, type ChainReader } from './store/chain-reader.ts'
import { StoreDamagedError } from './store/errors.ts'
import type { KeyValueStore } from './store/key-value-store.ts'
import { openLevelStore } from './store/level-store.ts'
import { createMemoryStore } from './store/memory-store.ts'
import { createWriteFuse, guardWrites, type WriteFuse } from './store/write-fuse.ts'

/** What a chain is opened with. */
export type ChainOptions = {
  readonly genesis: GenesisFile
  /** Where its data lies; without one everything is in memory and goes with it. */
  readonly folder?: string
  readonly clock: Clock
  /** Told what went wrong beside the blocks, and is tried again. */
  readonly log?: Logger
}

/** A chain that waits for whoever decides about its blocks. */
export type Chain = ChainView & {
  readonly store: Pick<KeyValueStore, 'get' | 'location'>
  readonly pool: OwnedPool
  readonly application: BlockApplication
  /** Rejects when the disk refused a write: nothing may be acknowledged after that. Never resolves. */
  readonly failed: Promise<never>
  /** Tries out calls; it ends with the chain. */
  readonly simulator: Simulator
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
  const { genesis, folder, clock, log } = options
  const common = createChainCommon(genesis)
  /** Last opened, first closed, also where something cannot be opened. */
  await using opened = new AsyncDisposableStack()
  const use = <Part extends { readonly close: () => Promise<void> }>(part: Part): Part =>
    opened.adopt(part, ({ close }) => close())
  const fuse = createWriteFuse()
  const failure = Promise.withResolvers<never>()
  // Whoever does not wait for it learns of it by the write itself.
  failure.promise.catch(() => {})
  const store = use(guardWrites(await openStore(folder), { fuse, onFailure: failure.reject }))
  await foundChain(store, { genesis, common })
  const reader = createChainReader(store, common)
  const heads = createHeads(await readHead({ reader, store }))
  const parts = { options, store, reader, common }
  const engine = use(await openEngine(parts, fuse))
  const simulator = use(rememberAnswers(openSimulator(parts)))
  const stop = opened.adopt(new AbortController(), async (stopping) => stopping.abort())
  const masternodes = createMasternodeSet({
    simulator,
    headNumber: () => heads.head().header.number,
    clock,
    signal: stop.signal,
    onFailure: (err) => log?.warn({ err }, 'masternodes-unknown'),
  })
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
  const all = opened.move()
  let closed: Promise<void> | undefined
  return {
    common,
    store,
    reader,
    readState,
    pool,
    head: heads.head,
    onHead: heads.onHead,
    application: createApplication({ options, store, reader, heads, engine, pool }),
    failed: failure.promise,
    simulator,
    hasWork: () => pool.hasWork(heads.head().header.calcNextBaseFee()),
    close: () => {
      closed ??= all.disposeAsync()
      return closed
    },
  }
}

async function openStore(folder: string | undefined): Promise<KeyValueStore> {
  return folder === undefined ? createMemoryStore() : openLevelStore(join(folder, 'chain'))
}

type ChainParts = {
  readonly options: ChainOptions
  readonly store: KeyValueStore
  readonly reader: ChainReader
  readonly heads: Heads
  readonly engine: ExecutionEngine
  readonly pool: OwnedPool
}

function createApplication(parts: ChainParts): BlockApplication {
  const { options, heads, engine, pool } = parts
  return createBlockApplication({
    engine,
    head: heads.head,
    onCommitted: async (payload) => {
      const block = await readCommitted(parts, payload)
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
    deferSenders: pool.defer,
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
  if (folder === undefined) return createFairSimulator(createLocalSimulator(parts), { clock })
  return openThreadSimulator({ folder: join(folder, 'chain'), genesis: genesis.source }, { clock })
}

function openEngine(parts: Ground, fuse: WriteFuse): Promise<ExecutionEngine> | ExecutionEngine {
  const { folder, genesis, clock } = parts.options
  if (folder === undefined)
    return openLocalEngine({ ...parts, clock: { ...threadClock, ...clock } })
  const data = { folder: join(folder, 'chain'), genesis: genesis.source, fuse }
  return openEngineThread(data, { clock })
}

async function readHead({ reader, store }: Pick<ChainParts, 'reader' | 'store'>): Promise<Block> {
  const number = await reader.headNumber()
  const block = number === undefined ? undefined : await reader.block(number)
  if (block === undefined) throw new StoreDamagedError(store.location, 'it has no newest block')
  return block
}

async function readCommitted(
  { reader, pool, store }: ChainParts,
  { blockNumber }: ExecutionPayload,
): Promise<Block> {
  const find = (hash: Hex) => pool.get(hash)?.transaction
  const block = await reader.block(blockNumber, find)
  if (block === undefined) {
    throw new StoreDamagedError(store.location, `block ${blockNumber} is missing`)
  }
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
