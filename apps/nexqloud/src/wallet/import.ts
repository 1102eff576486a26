import { readFile } from 'node:fs/promises'

import type { Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'

import { dataFolderOf } from '../data-folder.ts'
import { PrivateKeyError, WalletExistsError } from '../keystore/errors.ts'
import { readKeyring } from '../keystore/keyring.ts'
import type { DataOptions, PasswordOptions } from '../option.ts'
import type { Shell } from '../shell.ts'
import { assertNameIsFree, keepKey } from './keep-key.ts'

/**
 * Locks a private key that somebody has into a keystore.
 *
 * @throws {@link PrivateKeyError} where it is none.
 * @throws {@link WalletExistsError} where the name is taken, or the key is in a wallet.
 */
export async function importWallet(
  name: string,
  options: DataOptions & PasswordOptions & { readonly keyFile?: string },
  shell: Shell,
): Promise<void> {
  await assertNameIsFree(name, options, shell)
  const privateKey = parsePrivateKey(await readPrivateKey(options.keyFile, shell))
  const address = privateKeyToAddress(privateKey).toLowerCase()
  const { wallets } = await readKeyring(dataFolderOf(options.data, shell))
  const present = wallets.find((wallet) => wallet.address === address)
  if (present !== undefined) {
    throw new WalletExistsError(`The wallet ${present.name} has this key already.`)
  }
  await keepKey({ name, privateKey }, options, shell)
}

async function readPrivateKey(keyFile: string | undefined, { terminal }: Shell): Promise<string> {
  if (keyFile === undefined) {
    return terminal.isInteractive ? terminal.askHidden('Private key: ') : terminal.readInput()
  }
  return await readFile(keyFile, 'utf8')
}

function parsePrivateKey(text: string): Hex {
  const [, digits] = /^(?:0x)?([0-9a-f]{64})$/i.exec(text.trim()) ?? []
  if (digits === undefined) throw new PrivateKeyError()
  const privateKey: Hex = `0x${digits.toLowerCase()}`
  try {
    privateKeyToAddress(privateKey)
  } catch {
    // 0, or not below the order of the curve. The library's message would repeat the key.
    throw new PrivateKeyError()
  }
  return privateKey
}
