import { BaseError, type Address } from '@nexqloud/kernel'
import { ContractRefusalError, explainFailure } from '@nexqloud/ledger'
import type { Hex } from 'viem'

import type { Session } from '../session/session.ts'
import { FundsTooLowError, NotSentError, RefusedError } from './errors.ts'
import type { Sender } from './sender.ts'

/** What a transaction shall do. */
export type Intent = {
  readonly to: Address | Hex
  readonly data?: Hex
  /** In wei. */
  readonly value?: bigint
  /** Where it is known what it takes at most; a node is asked otherwise. */
  readonly gas?: bigint
}

/**
 * A chain without work has no new block: asked about its latest one, contracts would answer for a time that has passed.
 */
export const nextBlock = { blockTag: 'pending' } as const

/**
 * Asks the chain what a transaction would do.
 *
 * @throws {@link RefusedError} where a contract refuses it.
 * @throws {@link FundsTooLowError} where the wallet has less than its value.
 */
export async function tryIntent(
  { ledger }: Session,
  { wallet, account }: Sender,
  intent: Intent,
): Promise<void> {
  const { value = 0n } = intent
  try {
    const balance = await ledger.client.getBalance({ address: account.address })
    if (balance < value) throw new FundsTooLowError({ wallet: wallet.name, balance, needed: value })
    await ledger.client.call({ account: account.address, ...intent, ...nextBlock })
  } catch (error) {
    throw toRefusal(error)
  }
}

/** Returns what is told of a failure: a contract's own reason comes first; our errors stay; all else is the node's affair. */
export function toRefusal(error: unknown): unknown {
  const explained = explainFailure(error)
  if (explained instanceof ContractRefusalError) return new RefusedError(explained)
  return explained instanceof BaseError ? explained : new NotSentError(explained)
}
