import type { Common } from '@ethereumjs/common'
import { createTxFromRLP, TransactionType, type TypedTransaction } from '@ethereumjs/tx'
import { bytesToHex, SECP256K1_ORDER_DIV_2 } from '@ethereumjs/util'
import { parseTransaction } from 'viem'

import { TransactionRefusedError } from './errors.ts'
import type { PooledTransaction } from './transaction-pool.ts'

/** Bytes of a transaction, as geth bounds it too: a larger one costs more to spread than it pays. */
const MOST_BYTES = 128 * 1024

/** What a transaction is held against, whatever the state. */
export type TransactionLimits = {
  readonly common: Common
  /** Gas of a whole block. */
  readonly blockGasLimit: bigint
}

/**
 * Returns a transaction that some state could execute.
 *
 * @throws {@link TransactionRefusedError} where none could.
 */
export function checkTransaction(raw: Uint8Array, limits: TransactionLimits): PooledTransaction {
  if (raw.length > MOST_BYTES) {
    throw new TransactionRefusedError(
      'CHAIN_TX_TOO_LARGE',
      `oversized data: the transaction has ${raw.length} bytes, limit ${MOST_BYTES}`,
      'Spread what it carries over several transactions.',
    )
  }
  const transaction = decode(raw, limits.common)
  checkChain(transaction, limits.common)
  checkGas(transaction, limits)
  return toPooled(raw, transaction)
}

/**
 * Returns a transaction that was signed for this chain, whether it is welcome or not.
 *
 * @throws {@link TransactionRefusedError} where it is none.
 */
export function readTransaction(raw: Uint8Array, common: Common): PooledTransaction {
  return toPooled(raw, decode(raw, common))
}

function toPooled(raw: Uint8Array, transaction: TypedTransaction): PooledTransaction {
  const hash = bytesToHex(transaction.hash())
  return { hash, sender: recoverSender(transaction), transaction, raw }
}

function decode(raw: Uint8Array, common: Common): TypedTransaction {
  const type = raw[0] ?? 0
  if (type === 3 || type === 4) {
    throw new TransactionRefusedError(
      'CHAIN_TX_TYPE_UNSUPPORTED',
      `transaction type not supported: this chain takes types 0, 1 and 2, not ${type}`,
      'Sign it as type 2 (EIP-1559).',
    )
  }
  try {
    return createTxFromRLP(raw, { common })
  } catch (failure) {
    const chainId = chainIdOf(raw)
    if (chainId === undefined || BigInt(chainId) === common.chainId()) {
      const reason = failure instanceof Error ? failure.message : String(failure)
      throw malformed(`invalid transaction: ${reason.replace(/ \(.*$/, '')}`)
    }
    throw new TransactionRefusedError(
      'CHAIN_TX_OTHER_CHAIN',
      `invalid chain id for signer: have ${chainId} want ${common.chainId()}`,
      `Sign it for chain ${common.chainId()}.`,
    )
  }
}

/** Returns the chain that a transaction is for; nothing where it names none, or is none. */
function chainIdOf(raw: Uint8Array): number | undefined {
  try {
    return parseTransaction(bytesToHex(raw)).chainId
  } catch {
    return undefined
  }
}

function malformed(message: string): TransactionRefusedError {
  return new TransactionRefusedError(
    'CHAIN_TX_MALFORMED',
    message,
    'Encode and sign it anew with a library of Ethereum.',
  )
}

/** A legacy transaction without a chain's id could be sent again on any other chain. */
function checkChain(transaction: TypedTransaction, common: Common): void {
  const isBound = transaction.type !== TransactionType.Legacy || (transaction.v ?? 0n) >= 35n
  if (isBound) return
  throw new TransactionRefusedError(
    'CHAIN_TX_OTHER_CHAIN',
    'only replay-protected (EIP-155) transactions allowed over RPC',
    `Sign it for chain ${common.chainId()}.`,
  )
}

function checkGas(transaction: TypedTransaction, { blockGasLimit }: TransactionLimits): void {
  const { gasLimit } = transaction
  if (gasLimit > blockGasLimit) {
    throw new TransactionRefusedError(
      'CHAIN_TX_GAS_LIMIT',
      `exceeds block gas limit: the transaction asks ${gasLimit} gas, a block has ${blockGasLimit}`,
      'Give it no more gas than a block has; eth_estimateGas tells what it needs.',
    )
  }
  const intrinsic = transaction.getIntrinsicGas()
  if (gasLimit < intrinsic) {
    throw new TransactionRefusedError(
      'CHAIN_TX_INTRINSIC_GAS',
      `intrinsic gas too low: have ${gasLimit}, want ${intrinsic}`,
      'Give it more gas; eth_estimateGas tells what it needs.',
    )
  }
}

function recoverSender(transaction: TypedTransaction): `0x${string}` {
  if ((transaction.s ?? 0n) > SECP256K1_ORDER_DIV_2) {
    throw malformed('invalid sender: signature s is high')
  }
  try {
    return bytesToHex(transaction.getSenderAddress().bytes)
  } catch {
    throw malformed('invalid sender: no key made this signature')
  }
}
