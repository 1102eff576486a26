import { formatFields, printResult } from '../fields.ts'
import { nameOf } from '../keystore/keyring.ts'
import type { ReadOptions } from '../option.ts'
import { openSession, resolveArgument } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { showNxq } from '../unit.ts'

/** Shows what a wallet or an address owns. */
export async function showWallet(
  wanted: string | undefined,
  options: ReadOptions,
  shell: Shell,
): Promise<void> {
  const session = await openSession(options, shell)
  const { ledger, keyring, chain } = session
  const address = resolveArgument(session, wanted, 'wallet show')
  const name = nameOf(keyring, address)
  const [balanceWei, nonce, keys, { balance: accountWei }] = await Promise.all([
    ledger.client.getBalance({ address }),
    ledger.client.getTransactionCount({ address }),
    ledger.digitalKeys.read.balanceOf([address]),
    ledger.leases.read.account([address]),
  ])
  printResult(
    {
      document: { name, address, network: chain.name, balanceWei, accountWei, keys, nonce },
      lines: formatFields([
        ['wallet', name ?? '-'],
        ['address', address],
        ['network', chain.name],
        ['balance', showNxq(balanceWei)],
        ['in account', showNxq(accountWei)],
        ['digital keys', keys.toString()],
        ['transactions', nonce.toString()],
      ]),
    },
    { printer: shell.printer, json: options.json },
  )
}
