import type { Period } from '@nexqloud/kernel'

import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import { findLastBlock, type BlockReader, type FoundBlock } from '../registry/last-block.ts'
import { PeriodOpenError } from './errors.ts'

/** What is asked of a ledger here. */
export type PeriodBlocksReader = BlockReader & {
  readonly settlement: Pick<Ledger<undefined>['settlement'], 'read'>
}

/** Between which blocks everything was written that a period is settled by. */
export type PeriodBlocks = {
  readonly period: Period
  /** First second of the period, and the first one after it. */
  readonly startTime: number
  readonly endTime: number
  /** The last block before the period: in which state it began. Block 0 for what has none. */
  readonly start: FoundBlock
  /** The last block in which masternodes could say whose files they hold; openings that reach back into the period are due before that. */
  readonly end: FoundBlock
}

/**
 * Returns the blocks of a period.
 *
 * @throws {@link PeriodOpenError} where a block may still come that belongs to them.
 */
export async function readPeriodBlocks(
  reader: PeriodBlocksReader,
  period: Period,
): Promise<PeriodBlocks> {
  const { read } = reader.settlement
  const [startTime, endTime, dueAt, newest] = await Promise.all([
    explained(read.periodStart([BigInt(period)])),
    explained(read.periodStart([BigInt(period) + 1n])),
    explained(read.heldDueAt([BigInt(period)])),
    explained(reader.client.getBlock()),
  ])
  if (newest.timestamp <= dueAt) {
    const [due, chainTime] = [Number(dueAt), Number(newest.timestamp)]
    throw new PeriodOpenError(period, { dueAt: due, chainTime })
  }
  const [start, end] = await Promise.all([
    findLastBlock(reader, startTime),
    findLastBlock(reader, dueAt + 1n),
  ])
  return { period, startTime: Number(startTime), endTime: Number(endTime), start, end }
}
