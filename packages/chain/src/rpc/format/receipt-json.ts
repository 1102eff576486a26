import type { Block } from '@ethereumjs/block'
import { getContractAddress } from 'viem'

import type { Log, Receipt } from '../../store/receipt.ts'
import { toData, toQuantity } from './quantity.ts'
import { effectiveGasPrice } from './transaction-json.ts'

/** A block and what its transactions did. */
export type BlockReceipts = { readonly block: Block; readonly receipts: readonly Receipt[] }

/** A log, and where it stands. */
export type PlacedLog = {
  readonly log: Log
  readonly block: Block
  readonly transactionIndex: number
  /** Counted through the block. */
  readonly logIndex: number
}

/** Returns the receipt of a block's transaction as JSON-RPC gives it. */
export function receiptToJson({ block, receipts }: BlockReceipts, index: number) {
  const [receipt, transaction] = [receipts[index], block.transactions[index]]
  if (receipt === undefined || transaction === undefined) return null
  const { isSuccess, cumulativeGasUsed, logsBloom } = receipt
  const from = toData(transaction.getSenderAddress().bytes)
  const created = getContractAddress({ from, nonce: transaction.nonce }).toLowerCase()
  return {
    blockHash: toData(block.hash()),
    blockNumber: toQuantity(block.header.number),
    contractAddress: transaction.to === undefined ? created : null,
    cumulativeGasUsed: toQuantity(cumulativeGasUsed),
    effectiveGasPrice: toQuantity(effectiveGasPrice(transaction, block)),
    from,
    gasUsed: toQuantity(cumulativeGasUsed - (receipts[index - 1]?.cumulativeGasUsed ?? 0n)),
    logs: placedLogs({ block, receipts })
      .filter(({ transactionIndex }) => transactionIndex === index)
      .map(logToJson),
    logsBloom: toData(logsBloom),
    status: isSuccess ? '0x1' : '0x0',
    to: transaction.to === undefined ? null : toData(transaction.to.bytes),
    transactionHash: toData(transaction.hash()),
    transactionIndex: toQuantity(index),
    type: toQuantity(transaction.type),
  }
}

/** Returns a block's logs in their order. */
export function placedLogs({ block, receipts }: BlockReceipts): readonly PlacedLog[] {
  return receipts
    .flatMap(({ logs }, transactionIndex) => logs.map((log) => ({ log, transactionIndex })))
    .map((placed, logIndex) => ({ ...placed, block, logIndex }))
}

/** Returns a log as JSON-RPC gives it. */
export function logToJson({ log, block, transactionIndex, logIndex }: PlacedLog) {
  return {
    address: toData(log.address),
    topics: log.topics.map(toData),
    data: toData(log.data),
    blockNumber: toQuantity(block.header.number),
    blockHash: toData(block.hash()),
    blockTimestamp: toQuantity(block.header.timestamp),
    transactionHash: toData(block.transactions[transactionIndex]?.hash() ?? new Uint8Array(32)),
    transactionIndex: toQuantity(transactionIndex),
    logIndex: toQuantity(logIndex),
    removed: false,
  }
}
