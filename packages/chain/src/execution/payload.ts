import type { Block } from '@ethereumjs/block'
import { bytesToHex } from '@ethereumjs/util'

import type { ExecutionPayload } from './execution-engine.ts'

/** Returns a block as execution hands it to consensus. */
export function blockToPayload({
  header,
  transactions,
  withdrawals = [],
}: Block): ExecutionPayload {
  return {
    parentHash: bytesToHex(header.parentHash),
    feeRecipient: bytesToHex(header.coinbase.bytes),
    stateRoot: bytesToHex(header.stateRoot),
    receiptsRoot: bytesToHex(header.receiptTrie),
    logsBloom: bytesToHex(header.logsBloom),
    prevRandao: bytesToHex(header.mixHash),
    blockNumber: header.number,
    gasLimit: header.gasLimit,
    gasUsed: header.gasUsed,
    timestamp: header.timestamp,
    extraData: bytesToHex(header.extraData),
    baseFeePerGas: header.baseFeePerGas ?? 0n,
    blockHash: bytesToHex(header.hash()),
    transactions: transactions.map((transaction) => transaction.serialize()),
    withdrawals: withdrawals.map(({ index, validatorIndex, address, amount }) => ({
      index,
      validatorIndex,
      address: bytesToHex(address.bytes),
      amountGwei: amount,
    })),
    parentBeaconBlockRoot: bytesToHex(header.parentBeaconBlockRoot ?? new Uint8Array(32)),
  }
}

/** Returns whether two payloads are the same in every field: a hash that is claimed proves nothing. */
export function areSamePayload(one: ExecutionPayload, other: ExecutionPayload): boolean {
  return payloadToText(one) === payloadToText(other)
}

function payloadToText(payload: ExecutionPayload): string {
  const transactions = payload.transactions.map((raw) => bytesToHex(raw))
  const fields = Object.entries({ ...payload, transactions }).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )
  return JSON.stringify(fields, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
}

/** A field in which a block differs from what executing it leads to. */
export type PayloadDifference = {
  readonly field: keyof ExecutionPayload
  /** What the block says, and what execution says. */
  readonly said: string
  readonly executed: string
}

/** What follows from executing a block; the hash comes last, for it differs whenever anything does. */
const outcomes = [
  'blockNumber',
  'gasLimit',
  'baseFeePerGas',
  'gasUsed',
  'receiptsRoot',
  'logsBloom',
  'stateRoot',
  'blockHash',
] as const satisfies readonly (keyof ExecutionPayload)[]

/** Returns the first field in which a block differs from what executing it led to; nothing where they are the same. */
export function findDifference(
  said: ExecutionPayload,
  executed: ExecutionPayload,
): PayloadDifference | undefined {
  const field = outcomes.find((name) => said[name] !== executed[name])
  if (field === undefined) return undefined
  return { field, said: String(said[field]), executed: String(executed[field]) }
}
