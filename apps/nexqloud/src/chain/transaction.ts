import { ContractRefusalError, explainFailure } from '@nexqloud/ledger'
import type { Log, Transaction, TransactionReceipt } from 'viem'

import { formatFields, type Field, type Result } from '../fields.ts'
import { showAccount, type Session } from '../session/session.ts'
import { feeOf } from '../transaction/receipt.ts'
import { adviceOn, refusalToText } from '../transaction/refusal.ts'
import { showNxq } from '../unit.ts'
import { contractNameOf, decodeCall, decodeEvent, showDecoded } from './decode.ts'

/** A transaction and what became of it. */
type Seen = {
  readonly transaction: Transaction
  /** Absent until it is in a block. */
  readonly receipt: TransactionReceipt | undefined
  /** Why a contract refused it, where one did and still says so. */
  readonly refusal: ContractRefusalError | undefined
}

/** Returns a transaction: what it called, what that led to, and why it failed where it did. */
export async function describeTransaction(
  session: Session,
  transaction: Transaction,
): Promise<Result> {
  const { hash, blockNumber } = transaction
  const receipt =
    blockNumber === null ? undefined : await session.ledger.client.getTransactionReceipt({ hash })
  const refusal =
    receipt?.status === 'reverted' ? await findRefusal(session, transaction) : undefined
  const seen = { transaction, receipt, refusal }
  return {
    document: documentOf(seen),
    lines: formatFields([...requestFields(session, seen), ...outcomeFields(seen)]),
  }
}

function requestFields(session: Session, { transaction, receipt }: Seen): readonly Field[] {
  const { hash, from, to, value, input, nonce } = transaction
  const call = decodeCall(to, input)
  return [
    ['transaction', hash],
    ['status', receipt?.status ?? 'in no block yet'],
    ['from', showAccount(session, from)],
    ['to', to === null ? `new contract ${receipt?.contractAddress ?? ''}` : showTo(session, to)],
    ['amount', showNxq(value)],
    ['nonce', nonce.toString()],
    ['does', call === undefined ? showInput(input) : showDecoded(call)],
  ]
}

function outcomeFields({ receipt, refusal }: Seen): readonly Field[] {
  if (receipt === undefined) return []
  return [
    ['block', receipt.blockNumber.toString()],
    ['gas', receipt.gasUsed.toString()],
    ['fee', showNxq(feeOf(receipt))],
    ...refusalFields(refusal),
    ...receipt.logs.map((log) => ['event', showEvent(log)] as const),
  ]
}

function refusalFields(refusal: ContractRefusalError | undefined): readonly Field[] {
  if (refusal === undefined) return []
  return [
    ['refused', refusalToText(refusal)],
    ['advice', adviceOn(refusal)],
  ]
}

function documentOf({ transaction, receipt, refusal }: Seen) {
  const { hash, from, to, value, input, nonce } = transaction
  return {
    hash,
    status: receipt?.status ?? 'pending',
    from,
    to,
    contract: contractNameOf(to),
    valueWei: value,
    nonce,
    input,
    call: decodeCall(to, input),
    ...(receipt !== undefined && outcomeDocument(receipt)),
    ...(refusal !== undefined && { refusal: { error: refusal.errorName, args: refusal.args } }),
  }
}

function outcomeDocument(receipt: TransactionReceipt) {
  const { blockNumber, blockHash, gasUsed, logs } = receipt
  return {
    blockNumber: Number(blockNumber),
    blockHash,
    gasUsed,
    feeWei: feeOf(receipt),
    events: logs.map((log) => decodeEvent(log) ?? log),
  }
}

function showTo(session: Session, to: string): string {
  const contract = contractNameOf(to)
  return contract === undefined ? showAccount(session, to) : `${to} (${contract})`
}

function showInput(input: string): string {
  return input === '0x' ? 'transfer' : input
}

function showEvent(log: Log): string {
  const event = decodeEvent(log)
  return event === undefined ? [log.address, ...log.topics, log.data].join(' ') : showDecoded(event)
}

/**
 * Repeats a failed transaction on the state before its block, to hear the contract's reason. What transactions before it
 * in its block did is not in that state, so the reason can differ from the original one, or be absent.
 */
async function findRefusal(
  { ledger }: Session,
  { from, to, value, input, blockNumber }: Transaction,
): Promise<ContractRefusalError | undefined> {
  const before = (blockNumber ?? 1n) - 1n
  try {
    await ledger.client.call({ account: from, to, value, data: input, blockNumber: before })
  } catch (error) {
    const explained = explainFailure(error)
    if (explained instanceof ContractRefusalError) return explained
  }
  return undefined
}
