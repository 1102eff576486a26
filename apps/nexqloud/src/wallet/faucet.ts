import { BaseError, parseNxq } from '@nexqloud/kernel'

import { formatFields, printResult } from '../fields.ts'
import type { ReadOptions } from '../option.ts'
import { openSession, resolveArgument, showAccount, type Session } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { receiptDocument, receiptFields } from '../transaction/receipt.ts'
import { sendTransaction } from '../transaction/send.ts'
import { openWallet, type Sender } from '../transaction/sender.ts'
import { showNxq } from '../unit.ts'

/** There is nobody here who gives NXQ away. */
class FaucetAbsentError extends BaseError {
  constructor(problem: string) {
    super(problem, {
      code: 'WALLET_FAUCET_ABSENT',
      kind: 'notFound',
      hint: 'On a local network, name its data folder with --data; elsewhere, ask somebody who has NXQ.',
    })
  }
}

/** Sends NXQ of the local network's faucet to a wallet. */
export async function askFaucet(
  wanted: string | undefined,
  options: ReadOptions & { readonly amount: string },
  shell: Shell,
): Promise<void> {
  const value = parseNxq(options.amount)
  const session = await openSession(options, shell)
  const to = resolveArgument(session, wanted, 'wallet faucet')
  const faucet = await openFaucet(session)
  const receipt = await sendTransaction(session, faucet, { to, value })
  printResult(
    {
      document: { to, amountWei: value, ...receiptDocument(receipt) },
      lines: formatFields([
        ['to', showAccount(session, to)],
        ['amount', showNxq(value)],
        ...receiptFields(receipt),
      ]),
    },
    { printer: shell.printer, json: options.json },
  )
}

async function openFaucet(session: Session): Promise<Sender> {
  const { chain, keyring } = session
  if (chain.testnet !== true) throw new FaucetAbsentError(`${chain.name} has no faucet.`)
  const wallet = keyring.networkKeys.find(({ name }) => name === 'faucet')
  if (wallet === undefined) {
    throw new FaucetAbsentError(`The data folder ${keyring.folder} holds no key of a faucet.`)
  }
  return openWallet(session, wallet, {})
}
