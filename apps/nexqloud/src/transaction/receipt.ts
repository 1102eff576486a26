import type { TransactionReceipt } from 'viem'

import type { Field } from '../fields.ts'
import { showNxq } from '../unit.ts'

/** Returns what a person wants to know of a receipt. */
export function receiptFields(receipt: TransactionReceipt): readonly Field[] {
  const { transactionHash, blockNumber, gasUsed } = receipt
  return [
    ['transaction', transactionHash],
    ['block', blockNumber.toString()],
    ['gas', gasUsed.toString()],
    ['fee', showNxq(feeOf(receipt))],
  ]
}

/** Returns the same for a program. */
export function receiptDocument(receipt: TransactionReceipt) {
  const { transactionHash, blockNumber, blockHash, gasUsed } = receipt
  return {
    transactionHash,
    blockNumber: Number(blockNumber),
    blockHash,
    gasUsed,
    feeWei: feeOf(receipt),
  }
}

/** Returns what a transaction paid for its gas, in wei. */
export function feeOf({ gasUsed, effectiveGasPrice }: TransactionReceipt): bigint {
  return gasUsed * effectiveGasPrice
}
