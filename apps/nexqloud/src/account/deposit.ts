import { parseNxq } from '@nexqloud/kernel'

import { formatFields, printResult } from '../fields.ts'
import type { SendOptions } from '../option.ts'
import { openSession, resolveAddress, showAccount } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { receiptDocument, receiptFields } from '../transaction/receipt.ts'
import { sendTransaction } from '../transaction/send.ts'
import { openSender } from '../transaction/sender.ts'
import { showNxq } from '../unit.ts'
import { callLeases } from './call.ts'

/** Moves NXQ from a wallet into an account. */
export async function deposit(
  options: SendOptions & { readonly amount: string; readonly to?: string },
  shell: Shell,
): Promise<void> {
  const value = parseNxq(options.amount)
  const session = await openSession(options, shell)
  const sender = await openSender(session, options)
  const account =
    options.to === undefined ? sender.wallet.address : resolveAddress(session, options.to)
  const call = callLeases({ functionName: 'deposit', args: [account] }, value)
  const receipt = await sendTransaction(session, sender, call)
  const { balance } = await session.ledger.leases.read.account([account])
  printResult(
    {
      document: { account, amountWei: value, balanceWei: balance, ...receiptDocument(receipt) },
      lines: formatFields([
        ['account', showAccount(session, account)],
        ['deposited', showNxq(value)],
        ['balance', showNxq(balance)],
        ...receiptFields(receipt),
      ]),
    },
    { printer: shell.printer, json: options.json },
  )
}
