import type { Common } from '@ethereumjs/common'
import { createEVM, type EVM, type Log as EvmLog } from '@ethereumjs/evm'
import { Caches, MerkleStateManager } from '@ethereumjs/statemanager'
import { Account, createAddressFromString, type Address as EvmAddress } from '@ethereumjs/util'
import {
  bytesToHex,
  hexToBytes,
  numberToHex,
  padHex,
  zeroAddress,
  type Address,
  type Hex,
} from 'viem'

import type { Alloc, AllocAccount } from './geth.ts'

/** The block that a call runs in. */
export type BlockContext = {
  readonly number: bigint
  readonly time: number
  readonly gasLimit: bigint
}

/** A message to a contract, as a transaction sends it; from nobody, with nothing, unless said. */
export type Message = {
  readonly to: Address
  readonly from?: Address
  readonly data?: Hex
  readonly value?: bigint
  /** Whether it is only tried: the state stays as it was. */
  readonly isTrial?: boolean
}

/** What a contract told the world. */
export type Log = { readonly address: Address; readonly topics: readonly Hex[]; readonly data: Hex }

/** What a message led to; a reverted one changed nothing, and returned its reason. */
export type Outcome = {
  readonly reverted: boolean
  readonly returned: Hex
  readonly logs: readonly Log[]
}

/** An EVM over a state in memory. */
export type Machine = {
  readonly send: (message: Message, block: BlockContext) => Promise<Outcome>
  readonly setCode: (address: Address, code: Hex) => Promise<void>
  readonly setBalance: (address: Address, wei: bigint) => Promise<void>
  readonly balanceOf: (address: Address) => Promise<bigint>
  /** Puts accounts into the state. */
  readonly load: (alloc: Alloc) => Promise<void>
  /** Everything that the state holds. */
  readonly dump: () => Promise<Alloc>
  readonly stateRoot: () => Promise<Hex>
}

/** More than any call needs. */
const MESSAGE_GAS = 10n ** 12n

/** Returns a machine with an empty state; the hash of block `n` is `hashOf(n)`. */
export async function createMachine(
  common: Common,
  hashOf: (block: number) => Uint8Array = () => new Uint8Array(32),
): Promise<Machine> {
  const state = new RecordingState({ common, caches: new Caches() })
  const evm = await createEVM({ common, stateManager: state, blockchain: createHashes(hashOf) })
  const load = async (alloc: Alloc) => {
    for (const [name, account] of Object.entries(alloc)) {
      await loadAccount(state, createAddressFromString(name), account)
    }
  }
  return {
    send: (message, block) => send(evm, message, block),
    setCode: async (address, code) => {
      await state.putCode(createAddressFromString(address), hexToBytes(code))
    },
    setBalance: async (address, balance) => {
      await state.modifyAccountFields(createAddressFromString(address), { balance })
    },
    balanceOf: async (address) =>
      (await state.getAccount(createAddressFromString(address)))?.balance ?? 0n,
    load,
    dump: () => dump(state),
    stateRoot: async () => bytesToHex(await state.getStateRoot()),
  }
}

/** A state that remembers which accounts and which places of their storage were ever written. */
class RecordingState extends MerkleStateManager {
  readonly written = new Map<string, Set<Hex>>()

  override async putAccount(address: EvmAddress, account: Account | undefined): Promise<void> {
    this.placesOf(address)
    await super.putAccount(address, account)
  }

  override async putStorage(address: EvmAddress, key: Uint8Array, value: Uint8Array) {
    this.placesOf(address).add(bytesToHex(key))
    await super.putStorage(address, key, value)
  }

  private placesOf(address: EvmAddress): Set<Hex> {
    const name = address.toString()
    const places = this.written.get(name) ?? new Set()
    this.written.set(name, places)
    return places
  }
}

async function send(evm: EVM, message: Message, block: BlockContext): Promise<Outcome> {
  const { to, from = zeroAddress, data = '0x', value = 0n, isTrial = false } = message
  if (isTrial) await evm.journal.checkpoint()
  const { execResult } = await evm.runCall({
    to: createAddressFromString(to),
    caller: createAddressFromString(from),
    data: hexToBytes(data),
    value,
    gasLimit: MESSAGE_GAS,
    skipNonceIncrement: true,
    block: { header: createHeader(block) },
  })
  if (isTrial) await evm.journal.revert()
  await evm.journal.cleanup()
  return {
    reverted: execResult.exceptionError !== undefined,
    returned: bytesToHex(execResult.returnValue),
    logs: (execResult.logs ?? []).map(toLog),
  }
}

function createHeader({ number, time, gasLimit }: BlockContext) {
  return {
    number,
    timestamp: BigInt(time),
    gasLimit,
    coinbase: createAddressFromString(zeroAddress),
    difficulty: 0n,
    prevRandao: new Uint8Array(32),
    baseFeePerGas: 0n,
    getBlobGasPrice: () => 1n,
  }
}

function createHashes(hashOf: (block: number) => Uint8Array) {
  const hashes = {
    getBlock: async (block: number) => ({ hash: () => hashOf(block) }),
    putBlock: async () => {},
    shallowCopy: () => hashes,
  }
  return hashes
}

function toLog([address, topics, data]: EvmLog): Log {
  return {
    address: bytesToHex(address),
    topics: topics.map((topic) => bytesToHex(topic)),
    data: bytesToHex(data),
  }
}

async function loadAccount(
  state: RecordingState,
  address: EvmAddress,
  { balance, nonce = '0x0', code = '0x', storage = {} }: AllocAccount,
): Promise<void> {
  await state.putAccount(address, new Account(BigInt(nonce), BigInt(balance)))
  if (code !== '0x') await state.putCode(address, hexToBytes(code))
  for (const [place, value] of Object.entries(storage)) {
    await state.putStorage(address, hexToBytes(place as Hex), hexToBytes(value))
  }
}

async function dump(state: RecordingState): Promise<Alloc> {
  const accounts: [string, AllocAccount][] = []
  for (const [name, places] of state.written) {
    const address = createAddressFromString(name)
    const account = await state.getAccount(address)
    if (account === undefined || account.isEmpty()) continue
    const code = bytesToHex(await state.getCode(address))
    const storage = await dumpStorage(state, address, places)
    accounts.push([
      name,
      {
        balance: numberToHex(account.balance),
        ...(account.nonce > 0n && { nonce: numberToHex(account.nonce) }),
        ...(code !== '0x' && { code }),
        ...(Object.keys(storage).length > 0 && { storage }),
      },
    ])
  }
  return Object.fromEntries(accounts.toSorted(byName))
}

async function dumpStorage(
  state: RecordingState,
  address: EvmAddress,
  places: ReadonlySet<Hex>,
): Promise<Readonly<Record<Hex, Hex>>> {
  const entries: [Hex, Hex][] = []
  for (const place of places) {
    const value = bytesToHex(await state.getStorage(address, hexToBytes(place)))
    if (/[1-9a-f]/.test(value.slice(2))) entries.push([place, padHex(value, { size: 32 })])
  }
  return Object.fromEntries(entries.toSorted(byName))
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
