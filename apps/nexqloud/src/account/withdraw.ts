import { BaseError, type Address } from '@nexqloud/kernel'
import type { TransactionReceipt } from 'viem'

import { formatFields, printResult, type Field } from '../fields.ts'
import type { SendOptions } from '../option.ts'
import { openSession, resolveAddress, showAccount, type Session } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { RefusedError } from '../transaction/errors.ts'
import { tryIntent } from '../transaction/intent.ts'
import { receiptDocument, receiptFields } from '../transaction/receipt.ts'
import { sendTransaction } from '../transaction/send.ts'
import { openSender, type Sender } from '../transaction/sender.ts'
import { showNxq, showTime } from '../unit.ts'
import { parseAccountNxq } from './amount.ts'
import { callLeases } from './call.ts'

/** What `nexqloud account withdraw` was asked. */
export type WithdrawOptions = SendOptions & {
  readonly amount?: string
  readonly to?: string
  readonly cancel?: boolean
}

/** Two options were given of which only one can be meant. */
class WithdrawUsageError extends BaseError {
  constructor() {
    super('--cancel stands alone: it moves back all that is leaving.', {
      code: 'ACCOUNT_WITHDRAW_USAGE',
      kind: 'invalid',
      hint: 'Give --amount to announce a withdrawal, or --cancel to take it back.',
    })
  }
}

/** What came of a withdrawal. */
type Outcome = {
  readonly state: 'withdrawn' | 'leaving' | 'cancelled'
  readonly receipt: TransactionReceipt
  /** What has left, is leaving, or was moved back, in wei. */
  readonly amountWei: bigint
  /** Chain second after which it may leave. */
  readonly leavesAfter?: bigint
}

/**
 * Announces a withdrawal where an amount is named, then takes what is leaving where the delay is over or none applies.
 *
 * @throws {@link RefusedError} where nothing is leaving, or it may not leave yet and nothing was announced now.
 */
export async function withdraw(options: WithdrawOptions, shell: Shell): Promise<void> {
  if (options.cancel === true && options.amount !== undefined) throw new WithdrawUsageError()
  const amount =
    options.amount === undefined ? undefined : parseAccountNxq('--amount', options.amount)
  const session = await openSession(options, shell)
  const to = options.to === undefined ? undefined : resolveAddress(session, options.to)
  const sender = await openSender(session, options)
  const receiver = to ?? sender.wallet.address
  const outcome =
    options.cancel === true
      ? await cancel(session, sender)
      : await announceAndTake(session, sender, { amount, to: receiver })
  printOutcome(outcome, { session, receiver, json: options.json })
}

async function cancel(session: Session, sender: Sender): Promise<Outcome> {
  const amountWei = await leavingOf(session, sender.wallet.address)
  const call = callLeases({ functionName: 'cancelWithdrawal' })
  return { state: 'cancelled', receipt: await sendTransaction(session, sender, call), amountWei }
}

async function announceAndTake(
  session: Session,
  sender: Sender,
  { amount, to }: { readonly amount: bigint | undefined; readonly to: Address },
): Promise<Outcome> {
  const take = callLeases({ functionName: 'withdraw', args: [to] })
  if (amount !== undefined) {
    const announce = callLeases({ functionName: 'announceWithdrawal', args: [amount] })
    const receipt = await sendTransaction(session, sender, announce)
    const leavesAfter = await refusalTime(tryIntent(session, sender, take))
    const amountWei = await leavingOf(session, sender.wallet.address)
    if (leavesAfter !== undefined) return { state: 'leaving', receipt, amountWei, leavesAfter }
  }
  const amountWei = await leavingOf(session, sender.wallet.address)
  return { state: 'withdrawn', receipt: await sendTransaction(session, sender, take), amountWei }
}

/** Returns the second that a withdrawal has to wait for; `undefined` where it may leave now. */
async function refusalTime(trial: Promise<void>): Promise<bigint | undefined> {
  try {
    await trial
    return undefined
  } catch (error) {
    if (error instanceof RefusedError && error.errorName === 'LeasesWithdrawalTooEarly') {
      return BigInt(String(error.args[1]))
    }
    throw error
  }
}

async function leavingOf({ ledger }: Session, account: Address): Promise<bigint> {
  return (await ledger.leases.read.account([account])).leaving
}

type Printing = {
  readonly session: Session
  readonly receiver: Address
  readonly json: boolean | undefined
}

function printOutcome(outcome: Outcome, { session, receiver, json }: Printing): void {
  const { state, receipt, amountWei, leavesAfter } = outcome
  const { printer } = session.shell
  const fields: readonly Field[] = [
    [state, showNxq(amountWei)],
    ...(state === 'withdrawn' ? [['to', showAccount(session, receiver)] as const] : []),
    ...(leavesAfter === undefined ? [] : [['leaves after', showTime(leavesAfter)] as const]),
    ...receiptFields(receipt),
  ]
  printResult(
    {
      document: { state, amountWei, leavesAfter, ...receiptDocument(receipt) },
      lines: formatFields(fields),
    },
    { printer, json },
  )
  if (state === 'leaving') printer.note('Take it then with: nexqloud account withdraw')
}
