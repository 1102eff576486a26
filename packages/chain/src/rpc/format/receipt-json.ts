import type { Block } from '@ethereumjs/block'
import { encodeReceipt } from '@ethereumjs/vm'
import { getContractAddress } from 'viem'

import { bloomOf, type Receipt } from '../../store/receipt.ts'
import { logToJson, blockNameOf, placeLogs } from './log-json.ts'
import { toData, toQuantity } from './quantity.ts'
import { effectiveGasPrice } from './transaction-json.ts'

/** A block and what its transactions did. */
export type BlockReceipts = { readonly block: Block; readonly receipts: readonly Receipt[] }

/** Returns the receipts of a block as JSON-RPC gives them. */
export function receiptsToJson({ block, receipts }: BlockReceipts) {
  let logsBefore = 0
  return block.transactions.map((_, index) => {
    const json = receiptToJson({ block, receipts }, { index, logsBefore })
    logsBefore += receipts[index]?.logs.length ?? 0
    return json
  })
}

/** Returns the receipt of a block's transaction as JSON-RPC gives it; `logsBefore` it are those of earlier ones. */
export function receiptToJson(
  { block, receipts }: BlockReceipts,
  { index, logsBefore = countLogs(receipts.slice(0, index)) }: ReceiptPlace,
) {
  const [receipt, transaction] = [receipts[index], block.transactions[index]]
  if (receipt === undefined || transaction === undefined) return null
  const { isSuccess, cumulativeGasUsed } = receipt
  const from = toData(transaction.getSenderAddress().bytes)
  const created = getContractAddress({ from, nonce: transaction.nonce }).toLowerCase()
  const name = blockNameOf(block)
  return {
    blockHash: toData(name.hash),
    blockNumber: toQuantity(name.number),
    contractAddress: transaction.to === undefined ? created : null,
    cumulativeGasUsed: toQuantity(cumulativeGasUsed),
    effectiveGasPrice: toQuantity(effectiveGasPrice(transaction, block)),
    from,
    gasUsed: toQuantity(cumulativeGasUsed - (receipts[index - 1]?.cumulativeGasUsed ?? 0n)),
    logs: placeLogs(receipt, { block: name, transactionIndex: index, logsBefore }).map(logToJson),
    logsBloom: toData(bloomOf(receipt, block.common)),
    status: isSuccess ? '0x1' : '0x0',
    to: transaction.to === undefined ? null : toData(transaction.to.bytes),
    transactionHash: toData(receipt.transactionHash),
    transactionIndex: toQuantity(index),
    type: toQuantity(transaction.type),
  }
}

type ReceiptPlace = { readonly index: number; readonly logsBefore?: number }

/** Returns a receipt as its block commits to it: EIP-2718. */
export function receiptToRaw(receipt: Receipt, { block, index }: RawPlace): Uint8Array {
  const { isSuccess, cumulativeGasUsed, logs } = receipt
  const bitvector = bloomOf(receipt, block.common)
  return encodeReceipt(
    {
      status: isSuccess ? 1 : 0,
      cumulativeBlockGasUsed: cumulativeGasUsed,
      bitvector,
      logs: logs.map(({ address, topics, data }) => [address, [...topics], data]),
    },
    block.transactions[index]?.type ?? 0,
  )
}

type RawPlace = { readonly block: Block; readonly index: number }

function countLogs(receipts: readonly Receipt[]): number {
  return receipts.reduce((sum, { logs }) => sum + logs.length, 0)
}
