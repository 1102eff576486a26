import type { Block } from '@ethereumjs/block'

import type { Log, Receipt } from '../../store/receipt.ts'
import { toData, toQuantity } from './quantity.ts'

/** What a log's reader is told of its block. */
export type BlockName = {
  readonly number: bigint
  readonly hash: Uint8Array
  /** Seconds since 1970. */
  readonly timestamp: bigint
}

/** A log, and where it stands. */
export type PlacedLog = {
  readonly log: Log
  readonly block: BlockName
  readonly transactionHash: Uint8Array
  readonly transactionIndex: number
  /** Counted through the block. */
  readonly logIndex: number
}

/** Returns what a block is called in its logs. */
export function blockNameOf(block: Block): BlockName {
  const { number, timestamp } = block.header
  return { number, hash: block.hash(), timestamp }
}

/**
 * Returns a block's logs, placed one after the other: most searches want few of them.
 *
 * @yields them in their order.
 */
export function* placedLogs(
  block: BlockName,
  receipts: readonly Receipt[],
): Generator<PlacedLog, undefined> {
  let [transactionIndex, logIndex] = [0, 0]
  for (const { transactionHash, logs } of receipts) {
    for (const log of logs) {
      yield { log, block, transactionHash, transactionIndex, logIndex }
      logIndex += 1
    }
    transactionIndex += 1
  }
}

/** Returns the logs of one receipt; `logsBefore` it are those of the block's earlier ones. */
export function placeLogs(
  { logs, transactionHash }: Receipt,
  place: Pick<PlacedLog, 'block' | 'transactionIndex'> & { readonly logsBefore: number },
): readonly PlacedLog[] {
  const { logsBefore, ...rest } = place
  return logs.map((log, index) => ({ log, transactionHash, logIndex: logsBefore + index, ...rest }))
}

/** A log as JSON-RPC gives it. */
export type LogJson = ReturnType<typeof logToJson>

/** Returns a log as JSON-RPC gives it. */
export function logToJson(placed: PlacedLog) {
  const { log, block, transactionHash, transactionIndex, logIndex } = placed
  return {
    address: toData(log.address),
    topics: log.topics.map(toData),
    data: toData(log.data),
    blockNumber: toQuantity(block.number),
    blockHash: toData(block.hash),
    blockTimestamp: toQuantity(block.timestamp),
    transactionHash: toData(transactionHash),
    transactionIndex: toQuantity(transactionIndex),
    logIndex: toQuantity(logIndex),
    removed: false,
  }
}
