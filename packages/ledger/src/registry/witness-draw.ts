import { hexToBytes } from 'viem'

import type { Ledger } from '../ledger.ts'
import { explained } from './device.ts'
import { findLastBlock, type BlockReader } from './last-block.ts'
import type { MasternodeReader } from './masternode.ts'

/** What is asked of a ledger here. */
export type DrawReader = MasternodeReader &
  BlockReader & {
    readonly settlement: Pick<Ledger<undefined>['settlement'], 'read'>
  }

/** What decides who witnesses a device, beside the device and the active masternodes. */
export type PeriodDraw = {
  readonly period: number
  /** 32 bytes. */
  readonly randomness: Uint8Array
  /** How many witnesses a device has. */
  readonly witnesses: number
}

/**
 * Returns the draw of the period that runs: its randomness is `prevRandao` of the last block before it, of block 0 for what has none. Give the
 * last draw, and nothing is looked for twice.
 */
export async function readPeriodDraw(reader: DrawReader, known?: PeriodDraw): Promise<PeriodDraw> {
  const { read } = reader.settlement
  const period = Number(await explained(read.currentPeriod()))
  const witnesses = Number(await explained(reader.masternodes.read.witnesses()))
  if (known?.period === period) return { ...known, witnesses }
  const startTime = await explained(read.periodStart([BigInt(period)]))
  return { period, randomness: await readRandomnessBefore(reader, startTime), witnesses }
}

/** Returns `prevRandao` of the last block before a chain second, 32 bytes; of block 0 where there is none. */
export async function readRandomnessBefore(reader: BlockReader, time: bigint): Promise<Uint8Array> {
  const { mixHash } = await findLastBlock(reader, time)
  return hexToBytes(mixHash)
}
