import { BaseError } from '@nexqloud/kernel'
import { BlockNotFoundError, TransactionNotFoundError, type Hex } from 'viem'

import { printResult } from '../fields.ts'
import type { Result } from '../fields.ts'
import type { ReadOptions } from '../option.ts'
import { openSession, resolveAddress, type Session } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { describeAddress } from './address.ts'
import { describeBlock } from './block.ts'
import { describeTransaction } from './transaction.ts'

/** The chain has no such block or transaction. */
class NotOnChainError extends BaseError {
  constructor(what: string) {
    super(`The chain has no ${what}.`, {
      code: 'CHAIN_NOT_FOUND',
      kind: 'notFound',
      hint: 'nexqloud chain show latest shows how far the chain is.',
    })
  }
}

/** Shows a block, a transaction or an address, decoded with the contracts' own names. */
export async function showOnChain(what: string, options: ReadOptions, shell: Shell): Promise<void> {
  const session = await openSession(options, shell)
  const result = await describe(session, what)
  printResult(result, { printer: shell.printer, json: options.json })
}

async function describe(session: Session, what: string): Promise<Result> {
  if (/^\d{16,}$/.test(what)) throw new NotOnChainError(`block ${what}`)
  if (/^\d+$/.test(what) || what === 'latest') return findBlock(session, what)
  if (/^0x[0-9a-f]{64}$/i.test(what)) return findByHash(session, what.toLowerCase() as Hex)
  return describeAddress(session, resolveAddress(session, what))
}

async function findBlock(session: Session, what: string): Promise<Result> {
  const place = what === 'latest' ? { blockTag: 'latest' as const } : { blockNumber: BigInt(what) }
  const block = await orAbsent(
    session.ledger.client.getBlock({ ...place, includeTransactions: true }),
    `block ${what}`,
  )
  return describeBlock(session, block)
}

/** Transactions and blocks both have hashes; people ask for transactions. */
async function findByHash(session: Session, hash: Hex): Promise<Result> {
  const { client } = session.ledger
  try {
    return await describeTransaction(session, await client.getTransaction({ hash }))
  } catch (error) {
    if (!(error instanceof TransactionNotFoundError)) throw error
  }
  const block = client.getBlock({ blockHash: hash, includeTransactions: true })
  return describeBlock(session, await orAbsent(block, `transaction or block ${hash}`))
}

async function orAbsent<Answer>(question: Promise<Answer>, what: string): Promise<Answer> {
  try {
    return await question
  } catch (error) {
    if (error instanceof BlockNotFoundError) throw new NotOnChainError(what)
    throw error
  }
}
