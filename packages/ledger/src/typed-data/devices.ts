import type { Address, DeviceId } from '@nexqloud/kernel'
import type { Hex, TypedDataDefinition } from 'viem'

import { devices } from '../generated/index.ts'

/** What an owner signs to register a device. */
export type Registration = {
  readonly owner: Address
  /** Token id of the owner's key. */
  readonly key: bigint
  readonly tlsKeyHash: Hex
  /** A region's name in ASCII, 32 bytes. */
  readonly region: Hex
} & Once

/** What an owner signs to accept the scores that a device was measured with. */
export type Acceptance = { readonly device: DeviceId; readonly scores: RawScores } & Once

/** What an owner signs to retire a device. */
export type Retirement = { readonly device: DeviceId } & Once

/** Raw scores of a device, uint32 each. */
export type RawScores = {
  readonly cpu: number
  readonly memoryScore: number
  readonly storageScore: number
  readonly gpu: number
  readonly isp: number
}

/** A signature counts once, and not for ever. */
type Once = {
  /** The owner's next number: `nonces(owner)` of the devices. */
  readonly nonce: bigint
  /** Last chain second in which it counts. */
  readonly deadline: bigint
}

const once = [
  { name: 'nonce', type: 'uint256' },
  { name: 'deadline', type: 'uint256' },
] as const

const types = {
  Registration: [
    { name: 'owner', type: 'address' },
    { name: 'key', type: 'uint256' },
    { name: 'tlsKeyHash', type: 'bytes32' },
    { name: 'region', type: 'bytes32' },
    ...once,
  ],
  Acceptance: [
    { name: 'device', type: 'uint32' },
    { name: 'cpu', type: 'uint32' },
    { name: 'memoryScore', type: 'uint32' },
    { name: 'storageScore', type: 'uint32' },
    { name: 'gpu', type: 'uint32' },
    { name: 'isp', type: 'uint32' },
    ...once,
  ],
  Retirement: [{ name: 'device', type: 'uint32' }, ...once],
} as const

/** Returns the EIP-712 data of a registration, for any wallet to sign. */
export function registrationData(
  chainId: number,
  message: Registration,
): TypedDataDefinition<typeof types, 'Registration'> {
  return { domain: domainOf(chainId), types, primaryType: 'Registration', message }
}

/** Returns the EIP-712 data of an acceptance, for any wallet to sign. */
export function acceptanceData(
  chainId: number,
  { device, scores, nonce, deadline }: Acceptance,
): TypedDataDefinition<typeof types, 'Acceptance'> {
  const message = { device, ...scores, nonce, deadline }
  return { domain: domainOf(chainId), types, primaryType: 'Acceptance', message }
}

/** Returns the EIP-712 data of a retirement, for any wallet to sign. */
export function retirementData(
  chainId: number,
  message: Retirement,
): TypedDataDefinition<typeof types, 'Retirement'> {
  return { domain: domainOf(chainId), types, primaryType: 'Retirement', message }
}

function domainOf(chainId: number) {
  return {
    name: 'NexQloud Devices',
    version: '1',
    chainId,
    verifyingContract: devices.address,
  } as const
}
