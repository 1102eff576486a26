import type { Period } from '@nexqloud/kernel'
import { parseEventLogs } from 'viem'

import { settlement } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import { findLastBlock, type BlockReader } from '../registry/last-block.ts'
import type { Root } from '../typed-data/settlement.ts'

const { abi } = settlement

/** What is asked of a ledger here. */
export type AcceptedRootReader = BlockReader & {
  readonly settlement: Pick<Ledger<undefined>['settlement'], 'read' | 'getEvents'>
}

/** The root that stands for a period. */
export type AcceptedRoot = Root & {
  /** How many masternodes signed it. */
  readonly signatures: number
  /** In which block it became final, and at which chain second. */
  readonly block: bigint
  readonly acceptedAt: number
}

/** Returns the final root of a period, or nothing where it has none. */
export async function readAcceptedRoot(
  reader: AcceptedRootReader,
  period: Period,
): Promise<AcceptedRoot | undefined> {
  const wanted = { period: BigInt(period) }
  const { read, getEvents } = reader.settlement
  const [, acceptedAt] = await explained(read.rootOf([wanted.period]))
  if (acceptedAt === 0n) return undefined
  const { number } = await findLastBlock(reader, acceptedAt + 1n)
  const range = { fromBlock: number, toBlock: number }
  const logs = await explained(getEvents.RootAccepted(wanted, range))
  const [event] = parseEventLogs({ abi, eventName: 'RootAccepted', logs })
  if (event === undefined) return undefined
  const { root, rewards, inputs, signatures } = event.args
  const signed = Number(signatures)
  return {
    period,
    root,
    rewards,
    inputs,
    signatures: signed,
    block: number,
    acceptedAt: Number(acceptedAt),
  }
}
