import { parseNxq } from '@nexqloud/kernel'

import { formatFields, printResult } from '../fields.ts'
import type { SendOptions } from '../option.ts'
import { openSession, resolveAddress, showAccount } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { receiptDocument, receiptFields } from '../transaction/receipt.ts'
import { sendTransaction } from '../transaction/send.ts'
import { openSender } from '../transaction/sender.ts'
import { showNxq } from '../unit.ts'

/** Sends NXQ from a wallet to another account. */
export async function sendNxq(
  options: SendOptions & { readonly to: string; readonly amount: string },
  shell: Shell,
): Promise<void> {
  const value = parseNxq(options.amount)
  const session = await openSession(options, shell)
  const to = resolveAddress(session, options.to)
  const sender = await openSender(session, options)
  const from = sender.wallet.address
  const receipt = await sendTransaction(session, sender, { to, value })
  printResult(
    {
      document: { from, to, amountWei: value, ...receiptDocument(receipt) },
      lines: formatFields([
        ['from', showAccount(session, from)],
        ['to', showAccount(session, to)],
        ['amount', showNxq(value)],
        ...receiptFields(receipt),
      ]),
    },
    { printer: shell.printer, json: options.json },
  )
}
