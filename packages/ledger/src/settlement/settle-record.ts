import {
  createPeriodTree,
  rootOf,
  settlePeriod,
  type MerkleTree,
  type PeriodLeaves,
  type SettledFile,
} from '@nexqloud/rules'
import { bytesToHex } from 'viem'

import type { Root } from '../typed-data/settlement.ts'
import { encodeInputs, inputsHash, inputsOf } from './inputs.ts'
import type { PeriodRecord } from './period-reader.ts'

/** What a period comes to, and what is signed and published for it. */
export type Settlement = {
  readonly leaves: PeriodLeaves
  readonly tree: MerkleTree
  /** Bytes that are published by the hash in the root. */
  readonly inputs: Uint8Array
  readonly root: Root
}

/** Returns what a period comes to by what the chain says of it and the files of its set. */
export function settleRecord(
  record: PeriodRecord,
  files: readonly SettledFile[],
  chainId: number,
): Settlement {
  const leaves = settlePeriod({ ...record.facts, files })
  const tree = createPeriodTree(leaves, record.facts.draw.keccak256)
  const inputs = encodeInputs(inputsOf(record, chainId))
  const root: Root = {
    period: record.blocks.period,
    root: bytesToHex(rootOf(tree)),
    rewards: leaves.rewards.reduce((sum, { amount }) => sum + amount, 0n),
    inputs: inputsHash(inputs),
  }
  return { leaves, tree, inputs, root }
}
