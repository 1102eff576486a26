import type { Block } from '@ethereumjs/block'
import type { EVMResult } from '@ethereumjs/evm'
import { createAccessList2930Tx, type AccessList2930Tx } from '@ethereumjs/tx'
import {
  Account,
  bytesToHex,
  createAddressFromString,
  hexToBytes,
  type Address,
} from '@ethereumjs/util'
import type { Hex } from 'viem'

import type { Machine } from '../execution/machine.ts'
import { CallRefusedError } from './errors.ts'
import { haltReason } from './halt-reason.ts'
import type { AccessList, CallMessage, CallOutcome } from './simulator.ts'

/** A message with its gas, and the block that it runs in. */
export type RunPlan = {
  readonly message: CallMessage & { readonly gas: bigint }
  readonly block: Block
}

/** How a message ran. */
export type MessageRun = {
  readonly outcome: CallOutcome
  /** Gas that was given back at the end; it had to be there all the same. */
  readonly refund: bigint
  /** Accounts and slots that it touched. */
  readonly touched: AccessList
  /** Where the contract came to be that it made. */
  readonly created?: Hex
}

/** Gas is given back for cleared slots, up to a fifth of what was used (EIP-3529). */
const REFUND_QUOTIENT = 5n

/**
 * Runs a message as a transaction of that content would run, but unsigned, from any account and whatever the nonce. It
 * changes the machine's state: whoever calls takes that back.
 *
 * @throws {@link CallRefusedError} where the sender cannot pay, or the gas does not cover the message itself.
 */
export async function runMessage(machine: Machine, plan: RunPlan): Promise<MessageRun> {
  const { message, block } = plan
  const transaction = toTransaction(machine, plan)
  const intrinsicGas = transaction.getIntrinsicGas()
  if (message.gas < intrinsicGas) {
    throw new CallRefusedError(`intrinsic gas too low: have ${message.gas}, want ${intrinsicGas}`)
  }
  const { evm } = machine.vm
  const caller = createAddressFromString(message.from)
  await payGas(machine, plan)
  warmUp(machine, { plan, caller })
  const result = await evm.runCall({
    block,
    caller,
    gasPrice: message.gasPrice,
    gasLimit: message.gas - intrinsicGas,
    ...(transaction.to !== undefined && { to: transaction.to }),
    value: message.value,
    data: transaction.data,
  })
  return summarise(machine, { result, intrinsicGas })
}

/** The library knows what the bytes of a message cost, and how long they may be. */
function toTransaction({ vm }: Machine, { message }: RunPlan): AccessList2930Tx {
  const { to, data, value, gas, accessList } = message
  const list = accessList.map(({ address, storageKeys }) => ({
    address,
    storageKeys: [...storageKeys],
  }))
  try {
    return createAccessList2930Tx(
      {
        data: hexToBytes(data),
        value,
        gasLimit: gas,
        accessList: list,
        chainId: vm.common.chainId(),
        ...(to !== undefined && { to: createAddressFromString(to) }),
      },
      { common: vm.common },
    )
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message.replace(/ \(.*$/s, '') : 'invalid'
    throw new CallRefusedError(reason)
  }
}

/** Takes the price of all gas from the sender, as a transaction does before it runs. */
async function payGas({ vm, state }: Machine, { message, block }: RunPlan): Promise<void> {
  const { from, value, gas, gasPrice } = message
  const baseFee = block.header.baseFeePerGas ?? 0n
  if (gasPrice < baseFee) {
    throw new CallRefusedError(
      `max fee per gas less than block base fee: address ${from}, maxFeePerGas: ${gasPrice}, baseFee: ${baseFee}`,
    )
  }
  const sender = createAddressFromString(from)
  const account = (await state.getAccount(sender)) ?? new Account()
  const cost = gas * gasPrice + value
  if (account.balance < cost) {
    throw new CallRefusedError(
      `insufficient funds for gas * price + value: address ${from} have ${account.balance} want ${cost}`,
    )
  }
  if (gasPrice === 0n) return
  account.balance -= gas * gasPrice
  await vm.evm.journal.putAccount(sender, account)
}

function warmUp(
  { vm }: Machine,
  { plan, caller }: { readonly plan: RunPlan; readonly caller: Address },
): void {
  const { journal, precompiles } = vm.evm
  const { message, block } = plan
  const addresses = [...precompiles.keys(), caller.toString(), block.header.coinbase.toString()]
  if (message.to !== undefined) addresses.push(message.to)
  for (const address of addresses) journal.addAlwaysWarmAddress(address)
  journal.startReportingAccessList()
  for (const { address, storageKeys } of message.accessList) {
    journal.addAlwaysWarmAddress(address, true)
    for (const slot of storageKeys) journal.addAlwaysWarmSlot(address, slot, true)
  }
}

function summarise(
  { vm }: Machine,
  { result, intrinsicGas }: { readonly result: EVMResult; readonly intrinsicGas: bigint },
): MessageRun {
  const { executionGasUsed, gasRefund = 0n, exceptionError, returnValue } = result.execResult
  const spent = intrinsicGas + executionGasUsed
  const most = spent / REFUND_QUOTIENT
  const refund = gasRefund < most ? gasRefund : most
  const run = {
    refund,
    touched: Array.from(vm.evm.journal.accessList ?? [], ([address, slots]) => ({
      address: `0x${address}` as const,
      storageKeys: Array.from(slots, (slot): Hex => `0x${slot}`),
    })),
    ...(result.createdAddress !== undefined && {
      created: bytesToHex(result.createdAddress.bytes),
    }),
  }
  const gasUsed = spent - refund
  const data = bytesToHex(returnValue)
  if (exceptionError === undefined)
    return { ...run, outcome: { status: 'returned', data, gasUsed } }
  if (exceptionError.error === 'revert') {
    return { ...run, outcome: { status: 'reverted', data, gasUsed } }
  }
  const reason = haltReason(result.execResult) ?? exceptionError.error
  return { ...run, outcome: { status: 'halted', reason, gasUsed } }
}
