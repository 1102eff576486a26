import type { LocalAccount } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import type { Wallet } from '../keystore/key-folder.ts'
import { findWallet, unlockWallet } from '../keystore/keyring.ts'
import { readPassword } from '../keystore/password.ts'
import type { PasswordOptions, SendOptions } from '../option.ts'
import type { Session } from '../session/session.ts'

/** A wallet that is open. */
export type Sender = { readonly wallet: Wallet; readonly account: LocalAccount }

/** Opens the wallet that a command sends from: `--from`, else the only one. */
export async function openSender(session: Session, options: SendOptions): Promise<Sender> {
  return openWallet(session, findWallet(session.keyring, options.from), options)
}

/** Opens a wallet, by whichever way its password comes. */
export async function openWallet(
  { shell }: Pick<Session, 'shell'>,
  wallet: Wallet,
  options: PasswordOptions,
): Promise<Sender> {
  const password = await readPassword(wallet, options, shell)
  const { privateKey } = await unlockWallet(wallet, password)
  return { wallet, account: privateKeyToAccount(privateKey) }
}
