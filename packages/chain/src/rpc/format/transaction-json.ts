import type { Block } from '@ethereumjs/block'
import {
  isAccessList2930Tx,
  isFeeMarket1559Tx,
  isLegacyTx,
  type AccessList2930Tx,
  type FeeMarket1559Tx,
  type TypedTransaction,
} from '@ethereumjs/tx'

import { toData, toQuantity } from './quantity.ts'

/** Where a transaction stands; nothing of that while it waits. */
export type TransactionPlace = { readonly block: Block; readonly index: number }

/** Returns a transaction as JSON-RPC gives it. */
export function transactionToJson(transaction: TypedTransaction, place?: TransactionPlace) {
  const { type, nonce, gasLimit, to, value, data, v = 0n, r = 0n, s = 0n } = transaction
  return {
    ...placeToJson(place),
    from: toData(transaction.getSenderAddress().bytes),
    gas: toQuantity(gasLimit),
    ...pricesToJson(transaction, place),
    hash: toData(transaction.hash()),
    input: toData(data),
    nonce: toQuantity(nonce),
    to: to === undefined ? null : toData(to.bytes),
    value: toQuantity(value),
    type: toQuantity(type),
    ...chainToJson(transaction),
    v: toQuantity(v),
    r: toQuantity(r),
    s: toQuantity(s),
  }
}

/** Returns the wei that a unit of gas costs in a block. */
export function effectiveGasPrice(transaction: TypedTransaction, { header }: Block): bigint {
  if (!isFeeMarket1559Tx(transaction)) return gasPriceOf(transaction)
  const { maxFeePerGas, maxPriorityFeePerGas } = transaction
  const wanted = (header.baseFeePerGas ?? 0n) + maxPriorityFeePerGas
  return wanted < maxFeePerGas ? wanted : maxFeePerGas
}

/** Returns the wei that a unit of gas pays to who made a block. */
export function effectiveTip(transaction: TypedTransaction, block: Block): bigint {
  return effectiveGasPrice(transaction, block) - (block.header.baseFeePerGas ?? 0n)
}

function placeToJson(place: TransactionPlace | undefined) {
  if (place === undefined)
    return { blockHash: null, blockNumber: null, blockTimestamp: null, transactionIndex: null }
  const { block, index } = place
  return {
    blockHash: toData(block.hash()),
    blockNumber: toQuantity(block.header.number),
    blockTimestamp: toQuantity(block.header.timestamp),
    transactionIndex: toQuantity(index),
  }
}

function pricesToJson(transaction: TypedTransaction, place: TransactionPlace | undefined) {
  if (!isFeeMarket1559Tx(transaction)) return { gasPrice: toQuantity(gasPriceOf(transaction)) }
  const { maxFeePerGas, maxPriorityFeePerGas } = transaction
  const price = place === undefined ? maxFeePerGas : effectiveGasPrice(transaction, place.block)
  return {
    gasPrice: toQuantity(price),
    maxFeePerGas: toQuantity(maxFeePerGas),
    maxPriorityFeePerGas: toQuantity(maxPriorityFeePerGas),
  }
}

function chainToJson(transaction: TypedTransaction) {
  if (isFeeMarket1559Tx(transaction) || isAccessList2930Tx(transaction)) {
    return {
      accessList: accessListToJson(transaction),
      chainId: toQuantity(transaction.chainId),
      yParity: toQuantity(transaction.v ?? 0n),
    }
  }
  const { v = 0n } = transaction
  return v >= 35n ? { chainId: toQuantity((v - 35n) / 2n) } : {}
}

function accessListToJson({ accessList }: AccessList2930Tx | FeeMarket1559Tx) {
  return accessList.map(([address, slots]) => ({
    address: toData(address),
    storageKeys: slots.map(toData),
  }))
}

function gasPriceOf(transaction: TypedTransaction): bigint {
  const isPriced = isLegacyTx(transaction) || isAccessList2930Tx(transaction)
  return isPriced ? transaction.gasPrice : 0n
}
