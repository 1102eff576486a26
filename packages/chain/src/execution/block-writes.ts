import type { Block } from '@ethereumjs/block'
import { setLengthLeft } from '@ethereumjs/util'
import type { TxReceipt } from '@ethereumjs/vm'

import type { Write } from '../store/key-value-store.ts'
import { encodeOutcome } from '../store/outcome.ts'
import type { Receipt } from '../store/receipt.ts'
import {
  blockKey,
  blockNumberKey,
  logKey,
  metaKey,
  numberToBytes,
  outcomeKey,
  poolKey,
  transactionKey,
  type LogField,
} from '../store/tables.ts'

/** A block with what its transactions did. */
export type ExecutedBlock = {
  readonly block: Block
  /** One for each transaction, in their order. */
  readonly receipts: readonly TxReceipt[]
  /** The nodes of the tries that the block made. */
  readonly stateWrites: readonly Write[]
}

/** Returns everything that makes a block the head: one batch. */
export function writesOf({ block, receipts, stateWrites }: ExecutedBlock): readonly Write[] {
  const { number, timestamp } = block.header
  const hash = block.hash()
  const done = receipts.map((receipt, index) => toReceipt(block, { receipt, index }))
  return [
    ...stateWrites,
    { key: blockKey(number), value: block.serialize() },
    { key: blockNumberKey(hash), value: numberToBytes(number) },
    { key: outcomeKey(number), value: encodeOutcome({ hash, timestamp, receipts: done }) },
    ...block.transactions.flatMap((transaction, index) => {
      const transactionHash = transaction.hash()
      return [
        { key: transactionKey(transactionHash), value: encodePlace(number, index) },
        { key: poolKey(transactionHash) },
      ]
    }),
    ...logWrites(number, receipts),
    { key: metaKey('head'), value: numberToBytes(number) },
  ]
}

function toReceipt(
  { transactions }: Block,
  { receipt, index }: { readonly receipt: TxReceipt; readonly index: number },
): Receipt {
  const transaction = transactions[index]
  if (transaction === undefined) throw new RangeError(`Receipt ${index} has no transaction.`)
  return {
    transactionHash: transaction.hash(),
    isSuccess: 'status' in receipt && receipt.status === 1,
    cumulativeGasUsed: receipt.cumulativeBlockGasUsed,
    logs: receipt.logs.map(([address, topics, data]) => ({ address, topics, data })),
  }
}

/** Block number (8), index in the block (4). */
function encodePlace(number: bigint, index: number): Uint8Array {
  const place = new Uint8Array(12)
  place.set(numberToBytes(number))
  new DataView(place.buffer).setUint32(8, index)
  return place
}

/** One entry for each address and topic that the block's logs have, however often. */
function logWrites(number: bigint, receipts: readonly TxReceipt[]): readonly Write[] {
  const keys = new Map<string, Uint8Array>()
  const add = (field: number, value: Uint8Array): void => {
    const key = logKey(field as LogField, value, number)
    keys.set(Buffer.from(key).toString('latin1'), key)
  }
  for (const { logs } of receipts) {
    for (const [address, topics] of logs) {
      add(0, setLengthLeft(address, 32))
      topics.forEach((topic, index) => add(index + 1, topic))
    }
  }
  return Array.from(keys.values(), (key) => ({ key, value: new Uint8Array() }))
}
