import { parseMasternodeId } from '@nexqloud/kernel'

import { formatFields, printResult } from '../fields.ts'
import { parseNumber } from '../number.ts'
import type { SendOptions } from '../option.ts'
import { openSession } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { receiptDocument, receiptFields } from '../transaction/receipt.ts'
import { sendTransaction } from '../transaction/send.ts'
import { openSender } from '../transaction/sender.ts'
import { callMasternodes } from './call.ts'

/**
 * Gives a registered masternode a seat: it witnesses, settles, and opens leases from then on.
 *
 * @throws as {@link sendTransaction} does, also where the wallet is not who governs.
 */
export async function admitMasternode(
  text: string,
  options: SendOptions,
  shell: Shell,
): Promise<void> {
  const masternode = parseMasternodeId(Number(parseNumber(text, 'masternode')))
  const session = await openSession(options, shell)
  const sender = await openSender(session, options)
  const call = callMasternodes({ functionName: 'admit', args: [masternode] })
  const receipt = await sendTransaction(session, sender, call)
  printResult(
    {
      document: { masternode, isAdmitted: true, ...receiptDocument(receipt) },
      lines: formatFields([['admitted', `masternode ${masternode}`], ...receiptFields(receipt)]),
    },
    { printer: shell.printer, json: options.json },
  )
}
