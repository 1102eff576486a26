import type { Period } from '@nexqloud/kernel'
import type { Hex, TypedDataDefinition } from 'viem'

import { settlement } from '../generated/index.ts'

/** What masternodes sign to settle a period. */
export type Root = {
  readonly period: Period
  /** Root of the tree over the period's leaves. */
  readonly root: Hex
  /** Sum of the rewards among them, in wei. */
  readonly rewards: bigint
  /** Hash of what the leaves were computed from. */
  readonly inputs: Hex
}

const types = {
  Root: [
    { name: 'period', type: 'uint256' },
    { name: 'root', type: 'bytes32' },
    { name: 'rewards', type: 'uint256' },
    { name: 'inputs', type: 'bytes32' },
  ],
} as const

/** Returns the EIP-712 data of a period's root, for a masternode's key to sign. */
export function rootData(
  chainId: number,
  { period, ...rest }: Root,
): TypedDataDefinition<typeof types, 'Root'> {
  const domain = {
    name: 'NexQloud Settlement',
    version: '1',
    chainId,
    verifyingContract: settlement.address,
  } as const
  return { domain, types, primaryType: 'Root', message: { ...rest, period: BigInt(period) } }
}
