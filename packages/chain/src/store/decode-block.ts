import {
  Block,
  createBlockHeaderFromBytesArray,
  type BlockHeader,
  type BlockHeaderBytes,
} from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { RLP } from '@ethereumjs/rlp'
import { createTxFromRLP, type TypedTransaction } from '@ethereumjs/tx'
import { bytesToHex, createWithdrawalFromBytesArray, type WithdrawalBytes } from '@ethereumjs/util'
import type { Hex } from 'viem'

/** Returns a transaction that is known already by its hash. */
export type FindTransaction = (hash: Hex) => TypedTransaction | undefined

/** In a block's list a legacy transaction is a list, any other one bytes. */
type TransactionParts = Uint8Array | Uint8Array[]

type BlockParts = readonly [
  header: BlockHeaderBytes,
  transactions: readonly TransactionParts[],
  uncles: readonly never[],
  withdrawals: readonly WithdrawalBytes[],
]

/** A block whose transactions nobody has looked at. */
export type BlockSummary = { readonly header: BlockHeader; readonly transactionCount: number }

/** Returns what a block's RLP says of it before its transactions, in a twentieth of the time that these take. */
export function decodeSummary(bytes: Uint8Array, common: Common): BlockSummary {
  const options = { common, skipConsensusFormatValidation: true }
  const [header, transactions] = RLP.decode(bytes) as unknown as BlockParts
  return {
    header: createBlockHeaderFromBytesArray(header, options),
    transactionCount: transactions.length,
  }
}

/** Returns a block from its RLP. */
export function decodeBlock(
  bytes: Uint8Array,
  { common, find }: { readonly common: Common; readonly find?: FindTransaction | undefined },
): Block {
  const options = { common, skipConsensusFormatValidation: true }
  const parts = RLP.decode(bytes) as unknown as BlockParts
  const [header, transactions, , withdrawals] = parts
  return new Block(
    createBlockHeaderFromBytesArray(header, options),
    transactions.map((transaction) => decodeTransaction(transaction, { common, find })),
    [],
    withdrawals.map((withdrawal) => createWithdrawalFromBytesArray(withdrawal)),
    options,
  )
}

function decodeTransaction(
  parts: TransactionParts,
  { common, find }: { readonly common: Common; readonly find?: FindTransaction | undefined },
): TypedTransaction {
  const raw = parts instanceof Uint8Array ? parts : RLP.encode(parts)
  const { keccak256 } = common.customCrypto
  const known = keccak256 === undefined ? undefined : find?.(bytesToHex(keccak256(raw)))
  return known ?? createTxFromRLP(raw, { common })
}
