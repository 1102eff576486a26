import { parseMasternodeId } from '@nexqloud/kernel'

import { formatFields, printResult } from '../fields.ts'
import { parseNumber } from '../number.ts'
import type { SendOptions } from '../option.ts'
import { openSession, showAccount } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { receiptDocument, receiptFields } from '../transaction/receipt.ts'
import { sendTransaction } from '../transaction/send.ts'
import { openSender } from '../transaction/sender.ts'
import { callLeases } from './call.ts'

/** Lets a masternode open leases on the wallet's account, or no longer. */
export async function approve(
  text: string,
  options: SendOptions & { readonly revoke?: boolean },
  shell: Shell,
): Promise<void> {
  const masternode = parseMasternodeId(Number(parseNumber(text, 'masternode')))
  const session = await openSession(options, shell)
  const sender = await openSender(session, options)
  const isApproved = options.revoke !== true
  const functionName = isApproved ? 'approve' : 'revoke'
  const call = callLeases({ functionName, args: [masternode] })
  const receipt = await sendTransaction(session, sender, call)
  const account = sender.wallet.address
  printResult(
    {
      document: { account, masternode, isApproved, ...receiptDocument(receipt) },
      lines: formatFields([
        ['account', showAccount(session, account)],
        [isApproved ? 'approved' : 'revoked', `masternode ${masternode}`],
        ...receiptFields(receipt),
      ]),
    },
    { printer: shell.printer, json: options.json },
  )
}
