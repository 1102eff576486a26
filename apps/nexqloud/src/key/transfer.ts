import { parseAddress } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import { encodeFunctionData } from 'viem'

import { formatFields, printResult } from '../fields.ts'
import { parseNumber } from '../number.ts'
import type { SendOptions } from '../option.ts'
import { openSession, resolveAddress, showAccount } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { receiptDocument, receiptFields } from '../transaction/receipt.ts'
import { sendTransaction } from '../transaction/send.ts'
import { openSender } from '../transaction/sender.ts'

/** Gives a digital key to somebody else; a contract that receives one has to agree. */
export async function transferKey(
  text: string,
  options: SendOptions & { readonly to: string },
  shell: Shell,
): Promise<void> {
  const key = parseNumber(text, 'key')
  const session = await openSession(options, shell)
  const { address, abi } = contracts.digitalKeys
  const to = resolveAddress(session, options.to)
  const sender = await openSender(session, options)
  const from = sender.wallet.address
  const data = encodeFunctionData({ abi, functionName: 'safeTransferFrom', args: [from, to, key] })
  const receipt = await sendTransaction(session, sender, { to: parseAddress(address), data })
  printResult(
    {
      document: { key, from, to, ...receiptDocument(receipt) },
      lines: formatFields([
        ['key', key.toString()],
        ['from', showAccount(session, from)],
        ['to', showAccount(session, to)],
        ...receiptFields(receipt),
      ]),
    },
    { printer: shell.printer, json: options.json },
  )
}
