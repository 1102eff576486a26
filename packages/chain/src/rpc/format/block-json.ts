import type { Block } from '@ethereumjs/block'

import { toData, toQuantity } from './quantity.ts'
import { transactionToJson } from './transaction-json.ts'

/** Returns a block's header as JSON-RPC gives it, to who subscribes to heads too. */
export function headerToJson({ header }: Block) {
  return {
    number: toQuantity(header.number),
    hash: toData(header.hash()),
    parentHash: toData(header.parentHash),
    nonce: toData(header.nonce),
    mixHash: toData(header.mixHash),
    sha3Uncles: toData(header.uncleHash),
    logsBloom: toData(header.logsBloom),
    stateRoot: toData(header.stateRoot),
    miner: toData(header.coinbase.bytes),
    difficulty: toQuantity(header.difficulty),
    extraData: toData(header.extraData),
    gasLimit: toQuantity(header.gasLimit),
    gasUsed: toQuantity(header.gasUsed),
    timestamp: toQuantity(header.timestamp),
    transactionsRoot: toData(header.transactionsTrie),
    receiptsRoot: toData(header.receiptTrie),
    baseFeePerGas: toQuantity(header.baseFeePerGas ?? 0n),
    withdrawalsRoot: toData(header.withdrawalsRoot ?? new Uint8Array(32)),
    blobGasUsed: toQuantity(header.blobGasUsed ?? 0n),
    excessBlobGas: toQuantity(header.excessBlobGas ?? 0n),
    parentBeaconBlockRoot: toData(header.parentBeaconBlockRoot ?? new Uint8Array(32)),
  }
}

/** Returns a block as JSON-RPC gives it: with whole transactions, or with their hashes. */
export function blockToJson(block: Block, isFull: boolean) {
  const { transactions, withdrawals = [] } = block
  return {
    ...headerToJson(block),
    size: toQuantity(block.serialize().length),
    uncles: [],
    transactions: transactions.map((transaction, index) =>
      isFull ? transactionToJson(transaction, { block, index }) : toData(transaction.hash()),
    ),
    withdrawals: withdrawals.map(({ index, validatorIndex, address, amount }) => ({
      index: toQuantity(index),
      validatorIndex: toQuantity(validatorIndex),
      address: toData(address.bytes),
      amount: toQuantity(amount),
    })),
  }
}
