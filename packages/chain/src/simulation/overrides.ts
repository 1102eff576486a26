import { Block, createBlockHeader } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import {
  Account,
  createAddressFromString,
  hexToBytes,
  unpadBytes,
  type Address,
} from '@ethereumjs/util'
import type { Hex } from 'viem'

import type { Machine } from '../execution/machine.ts'
import type { AccountOverride, BlockOverride, Simulation } from './simulator.ts'

/** Gives accounts of a machine's state what they are wanted to have; whoever calls takes that back. */
export async function overrideAccounts(
  machine: Machine,
  accounts: NonNullable<Simulation['accounts']>,
): Promise<void> {
  for (const [address, override] of Object.entries(accounts)) {
    await overrideAccount(machine, { address: createAddressFromString(address), override })
  }
}

async function overrideAccount(
  { state }: Machine,
  { address, override }: { readonly address: Address; readonly override: AccountOverride },
): Promise<void> {
  const { balance, nonce, code, state: slots, stateDiff } = override
  const account = (await state.getAccount(address)) ?? new Account()
  account.balance = balance ?? account.balance
  account.nonce = nonce ?? account.nonce
  await state.putAccount(address, account)
  if (code !== undefined) await state.putCode(address, hexToBytes(code))
  if (slots !== undefined) await state.clearStorage(address)
  for (const [slot, value] of Object.entries({ ...slots, ...stateDiff })) {
    await state.putStorage(address, hexToBytes(slot as Hex), unpadBytes(hexToBytes(value)))
  }
}

/** Returns the block that a simulation runs in: the one whose state it sees, or one on top, changed as it is wanted. */
export function blockOf(parent: Block, simulation: Simulation, common: Common): Block {
  const options = { common, skipConsensusFormatValidation: true }
  const fields = { ...fieldsOf(parent, simulation), ...toFields(simulation.block ?? {}) }
  return new Block(createBlockHeader(fields, options), [], [], [], options)
}

function fieldsOf(parent: Block, { at, message }: Simulation) {
  const { header } = parent
  const isNext = at.nextBlockTime !== undefined
  const baseFee = isNext ? header.calcNextBaseFee() : (header.baseFeePerGas ?? 0n)
  return {
    number: isNext ? header.number + 1n : header.number,
    timestamp: at.nextBlockTime ?? header.timestamp,
    parentHash: isNext ? parent.hash() : header.parentHash,
    gasLimit: header.gasLimit,
    coinbase: header.coinbase,
    mixHash: header.mixHash,
    /** A call that is free is not measured by a price. */
    baseFeePerGas: message.gasPrice === 0n ? 0n : baseFee,
    difficulty: 0n,
    blobGasUsed: 0n,
    excessBlobGas: 0n,
    parentBeaconBlockRoot: header.parentBeaconBlockRoot ?? new Uint8Array(32),
  }
}

function toFields({ number, time, gasLimit, baseFeePerGas, ...rest }: BlockOverride) {
  const { feeRecipient, prevRandao } = rest
  return {
    ...(number !== undefined && { number }),
    ...(time !== undefined && { timestamp: time }),
    ...(gasLimit !== undefined && { gasLimit }),
    ...(baseFeePerGas !== undefined && { baseFeePerGas }),
    ...(feeRecipient !== undefined && { coinbase: createAddressFromString(feeRecipient) }),
    ...(prevRandao !== undefined && { mixHash: hexToBytes(prevRandao) }),
  }
}
