import type { Block } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { bytesToHex, createAddressFromString } from '@ethereumjs/util'
import { LRUCache } from 'lru-cache'

import { createTrialMachine, type Machine } from '../execution/machine.ts'
import { createTrieDatabase } from '../execution/trie-database.ts'
import type { ChainReader } from '../store/chain-reader.ts'
import type { KeyValueStore } from '../store/key-value-store.ts'
import { findAccessList } from './access-list.ts'
import { CallRefusedError } from './errors.ts'
import { estimateGas, LEAST_GAS } from './estimate-gas.ts'
import { blockOf, overrideAccounts } from './overrides.ts'
import { runMessage, type MessageRun } from './run-message.ts'
import type { AccessList, GasEstimate, Simulation, Simulator } from './simulator.ts'
import { traceTransaction } from './trace-transaction.ts'

/** What a simulator stands on; it reads only. */
export type LocalSimulatorParts = {
  readonly store: Pick<KeyValueStore, 'get' | 'location'>
  readonly reader: ChainReader
  readonly common: Common
  /** Most gas of one call, which bounds how long it takes: some seconds. */
  readonly gasCap?: bigint
}

/** Most gas of one call, as geth's default is. */
const GAS_CAP = 50_000_000n

/** Returns a simulator on the calling thread, which stands still while a call computes. */
export function createLocalSimulator(parts: LocalSimulatorParts): Simulator {
  const simulator = new LocalSimulator(parts)
  return {
    call: (simulation) => simulator.run(async () => (await simulator.runOnce(simulation)).outcome),
    estimateGas: (simulation) => simulator.run(() => simulator.estimate(simulation)),
    createAccessList: (simulation) => simulator.run(() => simulator.listAccess(simulation)),
    traceTransaction: ({ blockNumber, index }, options) =>
      simulator.run(async () => {
        const block = await simulator.readBlock(blockNumber)
        const parent = await simulator.readBlock(blockNumber - 1n)
        return simulator.onState(parent, (machine) =>
          traceTransaction(machine, { block, index }, options),
        )
      }),
    close: () => simulator.run(async () => {}),
  }
}

/** One call at a time, on a machine whose every change is taken back. */
class LocalSimulator {
  readonly #parts: LocalSimulatorParts
  readonly #gasCap: bigint
  readonly #database
  /** Blocks that calls run in. */
  readonly #blocks = new LRUCache<string, Block>({ max: 16 })
  #machine: Machine | undefined
  #standsOn: string | undefined
  #queue: Promise<unknown> = Promise.resolve()

  constructor(parts: LocalSimulatorParts) {
    this.#parts = parts
    this.#gasCap = parts.gasCap ?? GAS_CAP
    this.#database = createTrieDatabase(parts.store)
  }

  run<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(action)
    this.#queue = result.catch(() => {})
    return result
  }

  async readBlock(number: bigint): Promise<Block> {
    const block = await this.#parts.reader.block(number)
    if (block === undefined) throw new CallRefusedError(`block #${number} not found`)
    return block
  }

  /** Runs an action on the state after a block, and takes back whatever it changed. */
  async onState<Result>(
    { header }: Block,
    action: (machine: Machine) => Promise<Result>,
  ): Promise<Result> {
    const machine = await this.#moveTo(header.stateRoot)
    await machine.state.checkpoint()
    try {
      return await action(machine)
    } catch (failure) {
      if (!(failure instanceof CallRefusedError)) this.#machine = undefined
      throw failure
    } finally {
      while (machine.state.openCheckpoints > 0) await machine.state.revert()
      machine.vm.evm.journal.cleanJournal()
      this.#database.takeWrites()
    }
  }

  async runOnce(simulation: Simulation, gas = this.#gasOf(simulation)): Promise<MessageRun> {
    const parent = await this.readBlock(simulation.at.blockNumber)
    const block = this.#blockOf(parent, simulation)
    return this.onState(parent, async (machine) => {
      await overrideAccounts(machine, simulation.accounts ?? {})
      return runMessage(machine, { block, message: { ...simulation.message, gas } })
    })
  }

  /** Making a block costs as much as a small call. */
  #blockOf(parent: Block, simulation: Simulation): Block {
    const { at, message, block } = simulation
    if (block !== undefined) return blockOf(parent, simulation, this.#parts.common)
    const name = `${at.blockNumber} ${at.nextBlockTime} ${message.gasPrice === 0n}`
    const known = this.#blocks.get(name) ?? blockOf(parent, simulation, this.#parts.common)
    this.#blocks.set(name, known)
    return known
  }

  async estimate(simulation: Simulation): Promise<GasEstimate> {
    const { blockNumber } = simulation.at
    const parent = await this.readBlock(blockNumber)
    const { from, to, data, value, gas, gasPrice } = simulation.message
    const funds = await this.#lookUp(simulation, from)
    if (funds.balance < value) {
      throw new CallRefusedError(
        `insufficient funds for transfer: address ${from} have ${funds.balance} want ${value}`,
      )
    }
    const asked = gas !== undefined && gas >= LEAST_GAS ? gas : parent.header.gasLimit
    const limits = [asked, this.#gasCap]
    if (gasPrice > 0n) limits.push((funds.balance - value) / gasPrice)
    const isPlain =
      data === '0x' && to !== undefined && !(await this.#lookUp(simulation, to)).isContract
    return estimateGas({
      mostGas: limits.reduce((least, limit) => (limit < least ? limit : least)),
      isPlainTransfer: isPlain,
      attempt: (tried) => this.#attempt(simulation, tried),
    })
  }

  async listAccess(simulation: Simulation) {
    const { message } = simulation
    const attempt = (accessList: AccessList): Promise<MessageRun> =>
      this.runOnce({ ...simulation, message: { ...message, accessList } })
    const { precompiles } = (await this.#ensureMachine()).vm.evm
    const free = [message.from, message.to ?? '0x', ...Array.from(precompiles.keys(), withPrefix)]
    return findAccessList({
      attempt,
      initial: message.accessList,
      free: new Set(free.map((address) => address.toLowerCase())),
    })
  }

  /** A call that cannot begin with so little gas may begin with more. */
  async #attempt(simulation: Simulation, gas: bigint): Promise<MessageRun | undefined> {
    try {
      return await this.runOnce(simulation, gas)
    } catch (failure) {
      if (failure instanceof CallRefusedError && /intrinsic gas/.test(failure.message)) {
        return undefined
      }
      throw failure
    }
  }

  async #lookUp(simulation: Simulation, text: `0x${string}`) {
    const parent = await this.readBlock(simulation.at.blockNumber)
    return this.onState(parent, async (machine) => {
      await overrideAccounts(machine, simulation.accounts ?? {})
      return readAccount(machine, text)
    })
  }

  #gasOf({ message }: Simulation): bigint {
    const asked = message.gas ?? this.#gasCap
    return asked < this.#gasCap ? asked : this.#gasCap
  }

  async #moveTo(stateRoot: Uint8Array): Promise<Machine> {
    const wanted = bytesToHex(stateRoot)
    const machine = await this.#ensureMachine()
    if (this.#standsOn !== wanted) {
      this.#standsOn = undefined
      await machine.moveTo(stateRoot)
    }
    this.#standsOn = wanted
    return machine
  }

  async #ensureMachine(): Promise<Machine> {
    if (this.#machine === undefined) {
      this.#standsOn = undefined
      const { reader, common } = this.#parts
      this.#machine = await createTrialMachine({
        common,
        database: this.#database,
        blockHashes: async (number) => (await reader.block(number))?.hash() ?? new Uint8Array(32),
      })
    }
    return this.#machine
  }
}

async function readAccount({ state }: Machine, text: `0x${string}`) {
  const account = await state.getAccount(createAddressFromString(text))
  return { balance: account?.balance ?? 0n, isContract: account?.isContract() ?? false }
}

function withPrefix(address: string): string {
  return `0x${address}`
}
