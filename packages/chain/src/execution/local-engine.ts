import type { Block } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { bytesToHex } from '@ethereumjs/util'

import type { ChainReader } from '../store/chain-reader.ts'
import { isStoreFailure, StoreDamagedError } from '../store/errors.ts'
import type { KeyValueStore } from '../store/key-value-store.ts'
import { writesOf } from './block-writes.ts'
import { createBuildBudget } from './build-budget.ts'
import {
  executeBlock,
  MachineFailedError,
  type BlockPlan,
  type Execution,
} from './execute-block.ts'
import type {
  BuiltPayload,
  Candidate,
  ExecutionEngine,
  ExecutionPayload,
  PayloadAttributes,
  PayloadStatus,
  RefusedTransaction,
} from './execution-engine.ts'
import { createMachine, mostTouchedBy, type Machine } from './machine.ts'
import { areSamePayload, blockToPayload, findDifference } from './payload.ts'
import { createTrieDatabase } from './trie-database.ts'
import type { WorkClock } from './work-clock.ts'

/** What an engine stands on. */
export type LocalEngineParts = {
  readonly store: KeyValueStore
  readonly reader: ChainReader
  readonly common: Common
  /** What building is timed by; checking is not. */
  readonly clock: WorkClock
}

/** Blocks on top of the head that were executed and are not decided; a round of consensus that fails leaves one behind. */
const MOST_UNDECIDED = 8

/** Opens execution by our own machine, on the head of the store. */
export async function openLocalEngine(parts: LocalEngineParts): Promise<ExecutionEngine> {
  const engine = new LocalEngine(parts, await readHead(parts))
  await engine.start()
  return {
    forkchoiceUpdated: (hash, attributes) => engine.run(() => engine.update(hash, attributes)),
    getPayload: (id) => engine.run(async () => engine.builtPayload(id)),
    newPayload: (payload) => engine.run(() => engine.check(payload)),
    close: () => engine.run(async () => {}),
  }
}

async function readHead({ reader, store }: LocalEngineParts): Promise<Block> {
  const number = await reader.headNumber()
  const block = number === undefined ? undefined : await reader.block(number)
  if (block === undefined) throw new StoreDamagedError(store.location, 'it has no newest block')
  return block
}

type KeptExecution = Execution & Partial<Pick<BuiltPayload, 'slow'>>

/** One thing at a time: what comes while a block is executed waits for it. */
class LocalEngine {
  readonly #parts: LocalEngineParts
  readonly #undecided = new Map<string, KeptExecution>()
  readonly #database
  #head: Block
  #machine: Machine | undefined
  /** The state that the machine stands on: the root of the block that was executed last. */
  #standsOn: string | undefined
  #queue: Promise<unknown> = Promise.resolve()

  constructor(parts: LocalEngineParts, head: Block) {
    this.#parts = parts
    this.#head = head
    this.#database = createTrieDatabase(parts.store)
  }

  async start(): Promise<void> {
    await this.#moveToHead()
  }

  run<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(action)
    this.#queue = result.catch(() => {})
    return result
  }

  async update(hash: string, attributes?: PayloadAttributes) {
    const status = await this.#decide(hash)
    if (status.status !== 'VALID' || attributes === undefined) return status
    const execution = await this.#build(attributes)
    return { ...status, payloadId: bytesToHex(execution.block.hash()) }
  }

  builtPayload(id: string): BuiltPayload {
    const execution = this.#undecided.get(id)
    if (execution === undefined) throw new RangeError(`No block was begun as ${id}.`)
    const { block, refused, slow = [] } = execution
    return { payload: blockToPayload(block), refused, slow }
  }

  async check(payload: ExecutionPayload): Promise<PayloadStatus> {
    const known = this.#find(payload.blockHash)
    if (known !== undefined) {
      if (areSamePayload(payload, blockToPayload(known))) return { status: 'VALID' }
      return { status: 'INVALID', reason: 'it is not the block that its hash names' }
    }
    if (!this.#isHead(payload.parentHash)) return { status: 'SYNCING' }
    const execution = await this.#verify(payload)
    if (typeof execution === 'string') return { status: 'INVALID', reason: execution }
    this.#keep(execution)
    return { status: 'VALID' }
  }

  #find(hash: string): Block | undefined {
    return this.#isHead(hash) ? this.#head : this.#undecided.get(hash)?.block
  }

  #isHead(hash: string): boolean {
    return hash === bytesToHex(this.#head.hash())
  }

  async #decide(hash: string): Promise<PayloadStatus> {
    if (this.#isHead(hash)) return { status: 'VALID' }
    const execution = this.#undecided.get(hash)
    if (execution === undefined) return { status: 'SYNCING' }
    await this.#parts.store.write(writesOf(execution))
    this.#head = execution.block
    this.#undecided.clear()
    return { status: 'VALID' }
  }

  /** Builds until the machine stays whole: a transaction that breaks it is left out. */
  async #build(attributes: PayloadAttributes): Promise<Execution> {
    const refused: RefusedTransaction[] = []
    const budget = createBuildBudget(this.#parts.clock, this.#head.header.gasLimit)
    let { transactions } = attributes
    for (;;) {
      try {
        const execution = await this.#execute({ ...attributes, transactions, budget })
        const refusals = [...refused, ...execution.refused]
        const whole = { ...execution, refused: refusals, slow: budget.slow() }
        this.#keep(whole)
        return whole
      } catch (failure) {
        if (!(failure instanceof MachineFailedError)) throw failure
        this.#machine = undefined
        refused.push({ hash: failure.transactionHash, reason: failure.message })
        transactions = this.#without(transactions, failure.transactionHash)
      }
    }
  }

  #without(transactions: readonly Candidate[], hash: string): readonly Candidate[] {
    const { keccak256 } = this.#parts.common.customCrypto
    return transactions.filter(({ raw }) => bytesToHex(keccak256?.(raw) ?? raw) !== hash)
  }

  /** Returns what the payload leads to, or why it breaks a rule. */
  async #verify(payload: ExecutionPayload): Promise<Execution | string> {
    if (payload.timestamp <= this.#head.header.timestamp)
      return 'its time is not after its parent’s'
    const transactions = payload.transactions.map((raw) => ({ raw }))
    try {
      const execution = await this.#execute({ ...payload, transactions })
      const [first] = execution.refused
      if (first !== undefined) return `${first.hash}: ${first.reason}`
      const difference = findDifference(payload, blockToPayload(execution.block))
      if (difference === undefined) return execution
      const { field, said, executed } = difference
      return `its ${field} is ${said}, and executing it leads to ${executed}`
    } catch (failure) {
      this.#machine = undefined
      if (isStoreFailure(failure)) throw failure
      return failure instanceof Error ? failure.message : String(failure)
    }
  }

  async #execute(plan: Omit<BlockPlan, 'parent' | 'common'>): Promise<Execution> {
    const machine = await this.#moveToHead()
    this.#standsOn = undefined
    const execution = await executeBlock(machine, {
      ...plan,
      parent: this.#head,
      common: this.#parts.common,
    })
    this.#standsOn = bytesToHex(execution.block.header.stateRoot)
    return { ...execution, stateWrites: this.#database.takeWrites() }
  }

  /** The machine stands where the last block left it, which is the head's state unless that block was not decided. */
  async #moveToHead(): Promise<Machine> {
    const { stateRoot } = this.#head.header
    const wanted = bytesToHex(stateRoot)
    this.#machine ??= await this.#createMachine()
    if (this.#standsOn !== wanted) await this.#machine.moveTo(stateRoot)
    this.#standsOn = wanted
    return this.#machine
  }

  async #createMachine(): Promise<Machine> {
    this.#standsOn = undefined
    const { reader, common } = this.#parts
    return createMachine({
      mostTouched: mostTouchedBy(this.#head.header.gasLimit),
      common,
      database: this.#database,
      blockHashes: async (number) => {
        const block = await reader.block(number)
        return block?.hash() ?? new Uint8Array(32)
      },
    })
  }

  #keep(execution: KeptExecution): void {
    const [oldest] = this.#undecided.keys()
    if (this.#undecided.size >= MOST_UNDECIDED && oldest !== undefined) {
      this.#undecided.delete(oldest)
    }
    this.#undecided.set(bytesToHex(execution.block.hash()), execution)
  }
}
