import type { Hex } from 'viem'

import { dataFolderOf } from '../data-folder.ts'
import { formatFields, printResult } from '../fields.ts'
import { WalletExistsError } from '../keystore/errors.ts'
import { addKey, assertWalletName } from '../keystore/key-folder.ts'
import { readKeyring, walletFolderOf } from '../keystore/keyring.ts'
import { costForPeople } from '../keystore/keystore.ts'
import { choosePassword } from '../keystore/password.ts'
import type { DataOptions, PasswordOptions } from '../option.ts'
import type { Shell } from '../shell.ts'

/**
 * Asserts that no wallet has a name yet, before anything is asked of anybody.
 *
 * @throws {@link WalletExistsError} where one has.
 */
export async function assertNameIsFree(
  name: string,
  { data }: DataOptions,
  shell: Shell,
): Promise<void> {
  assertWalletName(name)
  const { wallets, networkKeys } = await readKeyring(dataFolderOf(data, shell))
  if ([...wallets, ...networkKeys].some((wallet) => wallet.name === name)) {
    throw new WalletExistsError(`There is a wallet ${name} already.`)
  }
}

/**
 * Locks a key into a new keystore, and says so.
 *
 * @throws {@link WalletExistsError} where the name has been taken in the meantime.
 */
export async function keepKey(
  { name, privateKey }: { readonly name: string; readonly privateKey: Hex },
  options: DataOptions & PasswordOptions,
  shell: Shell,
): Promise<void> {
  const { printer } = shell
  const password = await choosePassword(name, options, shell)
  printer.status('Locking the key ...')
  const folder = walletFolderOf(dataFolderOf(options.data, shell))
  const key = { name, privateKey, password, cost: costForPeople }
  const { address, file } = await addKey(folder, key)
  printResult(
    {
      document: { name, address, file },
      lines: formatFields([
        ['wallet', name],
        ['address', address],
        ['keystore', file],
      ]),
    },
    { printer, json: options.json },
  )
  printer.note('Keep a copy of the keystore and the password: nobody can restore either.')
}
