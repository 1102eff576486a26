import { parseDeviceId } from '@nexqloud/kernel'
import { acceptanceData, contracts, registrationData } from '@nexqloud/ledger'
import { encodeFunctionData, numberToHex, parseEther, stringToHex, type Abi } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { CHAIN_ID, type Action, type Sender } from './load.ts'

/** Second in which the network begins; its periods have 300. */
export const GENESIS_TIME = 1_700_000_000n

const SCORES = { cpu: 10, memoryScore: 11, storageScore: 12, gpu: 13, isp: 14 }
const DEADLINE = GENESIS_TIME + 300n
const MASTERNODE = 1

/** Founding keys that each holder has: a hundred, shared by fifty. */
const KEYS_OF_A_HOLDER = 2

/** Returns what registers the owner's device, the one with the number `index + 1`, to the first of its keys. */
export async function registerDevice(
  { privateKey, address }: Sender,
  index: number,
): Promise<Action> {
  const registration = {
    owner: address.toLowerCase() as never,
    key: BigInt(KEYS_OF_A_HOLDER * index + 1),
    tlsKeyHash: numberToHex(index + 1, { size: 32 }),
    region: stringToHex('bench', { size: 32 }),
    deadline: DEADLINE,
  }
  const data = registrationData(CHAIN_ID, { ...registration, nonce: 0n })
  const signature = await privateKeyToAccount(privateKey).signTypedData(data)
  return call(contracts.devices, 'register', { args: [registration, signature], gas: 400_000n })
}

/** Returns what draws the only masternode to measure that device, and has it measured. */
export function measureDevice(index: number): readonly Action[] {
  return [
    call(contracts.devices, 'draw', { args: [index + 1], gas: 200_000n }),
    call(contracts.devices, 'measure', { args: [index + 1, SCORES], gas: 300_000n }),
  ]
}

/** Returns what makes that device active: its owner takes what was measured. */
export async function acceptDevice({ privateKey }: Sender, index: number): Promise<Action> {
  const acceptance = { device: parseDeviceId(index + 1), scores: SCORES, nonce: 1n }
  const data = acceptanceData(CHAIN_ID, { ...acceptance, deadline: DEADLINE })
  const signature = await privateKeyToAccount(privateKey).signTypedData(data)
  const args = [index + 1, SCORES, DEADLINE, signature]
  return call(contracts.devices, 'accept', { args, gas: 200_000n })
}

/** What a tenant has, and the highest sum of its rates in micro-USD an hour. */
export type TenantMeans = { readonly value?: bigint; readonly maxRate?: number }

/** Returns what fills a tenant's account and lets the masternode lease for it. */
export function fundTenant(
  { address }: Sender,
  { value = parseEther('1'), maxRate = 1_000_000 }: TenantMeans = {},
): readonly Action[] {
  const { leases } = contracts
  return [
    call(leases, 'deposit', { args: [address], value, gas: 150_000n }),
    call(leases, 'approve', { args: [MASTERNODE], gas: 150_000n }),
    call(leases, 'setLimits', { args: [value, maxRate], gas: 150_000n }),
  ]
}

type Contract = { readonly address: `0x${string}`; readonly abi: unknown }
type CallDetails = {
  readonly args: readonly unknown[]
  readonly value?: bigint
  readonly gas: bigint
}

/** Returns the action that calls a function of a contract of the network. */
export function call(
  { address, abi }: Contract,
  functionName: string,
  { args, value = 0n, gas }: CallDetails,
): Action {
  const data = encodeFunctionData({ abi: abi as Abi, functionName, args })
  return { to: address, data, value, gas }
}
