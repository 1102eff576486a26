import { parseAddress } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import { encodeFunctionData, parseEventLogs } from 'viem'

import { formatFields, printResult } from '../fields.ts'
import type { SendOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession, resolveAddress, showAccount } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { nextBlock } from '../transaction/intent.ts'
import { receiptDocument, receiptFields } from '../transaction/receipt.ts'
import { sendTransaction } from '../transaction/send.ts'
import { openSender } from '../transaction/sender.ts'
import { showNxq } from '../unit.ts'

/**
 * Buys a digital key at this period's price.
 *
 * @throws {@link RefusedError} where keys are not for sale, because the price of NXQ is not firm.
 */
export async function buyKey(
  options: SendOptions & { readonly to?: string },
  shell: Shell,
): Promise<void> {
  const session = await openSession(options, shell)
  const { address, abi } = contracts.digitalKeys
  const sender = await openSender(session, options)
  const holder =
    options.to === undefined ? sender.wallet.address : resolveAddress(session, options.to)
  const value = await readChain(session.ledger.digitalKeys.read.weiPrice(nextBlock))
  const data = encodeFunctionData({ abi, functionName: 'buy', args: [holder] })
  const receipt = await sendTransaction(session, sender, {
    to: parseAddress(address),
    data,
    value,
  })
  const [bought] = parseEventLogs({ abi, eventName: 'KeyBought', logs: receipt.logs })
  const key = bought?.args.key
  const paidWei = bought?.args.paid
  printResult(
    {
      document: { key, holder, paidWei, ...receiptDocument(receipt) },
      lines: formatFields([
        ['key', String(key)],
        ['holder', showAccount(session, holder)],
        ['price', showNxq(paidWei ?? value)],
        ...receiptFields(receipt),
      ]),
    },
    { printer: shell.printer, json: options.json },
  )
}
