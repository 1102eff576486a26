import { BaseError } from '@nexqloud/kernel'
import type { ContractRefusalError } from '@nexqloud/ledger'
import { BaseError as ViemError, RpcRequestError, type Hex } from 'viem'
import { z } from 'zod'

import { showNxq } from '../unit.ts'
import { adviceOn, refusalToText } from './refusal.ts'

/** A contract refuses what was asked; nothing was sent, and nothing was paid. */
export class RefusedError extends BaseError {
  /** Name of the contract's custom error. */
  readonly errorName: string
  readonly args: readonly unknown[]

  constructor(refusal: ContractRefusalError) {
    super(`The contract refuses this: ${refusalToText(refusal)}.`, {
      code: 'CLI_REFUSED',
      kind: 'conflict',
      hint: adviceOn(refusal),
      cause: refusal,
    })
    this.errorName = refusal.errorName
    this.args = refusal.args
  }
}

/** The wallet cannot pay the amount and the fee. */
export class FundsTooLowError extends BaseError {
  constructor({
    wallet,
    balance,
    needed,
  }: {
    readonly wallet: string
    readonly balance: bigint
    readonly needed: bigint
  }) {
    super(`${wallet} has ${showNxq(balance)}; this takes ${showNxq(needed)}.`, {
      code: 'CLI_FUNDS_TOO_LOW',
      kind: 'conflict',
      hint: `Send less, or fund the wallet first; on a local network: nexqloud wallet faucet ${wallet}.`,
    })
  }
}

/** Somebody ended the command in time. */
export class StoppedError extends BaseError {
  constructor() {
    super('Stopped; nothing was sent.', { code: 'CLI_STOPPED', kind: 'unavailable' })
  }
}

/** The node did not take a transaction, or did not answer what it takes to send one. */
export class NotSentError extends BaseError {
  constructor(cause: unknown) {
    const { reason, hint } = answerOf(cause)
    super(`The transaction was not sent: ${reason}`, {
      code: 'CLI_NOT_SENT',
      kind: 'unavailable',
      hint: isOvertaken(reason)
        ? 'Another transaction of this wallet came first. Repeat the command once that is in a block.'
        : (hint ?? 'Look at the node, then repeat the command.'),
      cause,
    })
  }
}

/** What our node says beside the message of a refusal. */
const refusalData = z.looseObject({ hint: z.string() })

/** Returns what the node itself said, which the client's summary leaves out; else that summary. */
function answerOf(cause: unknown): { readonly reason: string; readonly hint?: string } {
  if (!(cause instanceof ViemError)) return { reason: String(cause) }
  const answer = cause.walk((inner) => inner instanceof RpcRequestError)
  if (!(answer instanceof RpcRequestError)) return { reason: cause.shortMessage }
  const { data } = refusalData.safeParse(answer.data)
  return { reason: answer.details, ...(data !== undefined && { hint: data.hint }) }
}

/** Whether the nonce was taken by a transaction that came in between; in geth's words, which our node shares. */
function isOvertaken(reason: string): boolean {
  return /^(replacement transaction underpriced|nonce too low)\b/.test(reason)
}

/** A transaction is on its way, and nobody waits for it any more. */
export class StillPendingError extends BaseError {
  readonly hash: Hex

  constructor(hash: Hex) {
    super(`The transaction ${hash} was sent and is in no block yet.`, {
      code: 'CLI_STILL_PENDING',
      kind: 'unavailable',
      hint: `See what became of it with: nexqloud chain show ${hash}`,
    })
    this.hash = hash
  }
}

/** A transaction is in a block and failed there: its fee is paid, and nothing else has changed. */
export class RevertedError extends BaseError {
  readonly hash: Hex

  constructor(hash: Hex) {
    super(`The transaction ${hash} failed in its block.`, {
      code: 'CLI_REVERTED',
      kind: 'conflict',
      hint: `See why with: nexqloud chain show ${hash}`,
    })
    this.hash = hash
  }
}
