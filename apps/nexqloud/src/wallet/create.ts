import { randomBytes } from 'node:crypto'

import { bytesToHex, type Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'

import { dataFolderOf } from '../data-folder.ts'
import { formatFields, printResult } from '../fields.ts'
import { PrivateKeyError, WalletExistsError } from '../keystore/errors.ts'
import { addKey, assertWalletName } from '../keystore/key-folder.ts'
import { readKeyring, walletFolderOf } from '../keystore/keyring.ts'
import { costForPeople } from '../keystore/keystore.ts'
import { choosePassword } from '../keystore/password.ts'
import type { DataOptions, PasswordOptions } from '../option.ts'
import type { Shell } from '../shell.ts'
import { readIfPresent } from '../whole-file.ts'

type CreateOptions = DataOptions & PasswordOptions

/**
 * Makes a key and locks it into a keystore.
 *
 * @throws {@link WalletExistsError} where the name is taken.
 */
export async function createWallet(
  name: string,
  options: CreateOptions,
  shell: Shell,
): Promise<void> {
  await assertNameIsFree(name, options, shell)
  await keepKey({ name, privateKey: bytesToHex(randomBytes(32)) }, options, shell)
}

/**
 * Locks a private key that somebody has into a keystore.
 *
 * @throws {@link PrivateKeyError} where it is none.
 * @throws {@link WalletExistsError} where the name is taken, or the key is in a wallet.
 */
export async function importWallet(
  name: string,
  options: CreateOptions & { readonly keyFile?: string },
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

async function assertNameIsFree(
  name: string,
  { data }: CreateOptions,
  shell: Shell,
): Promise<void> {
  assertWalletName(name)
  const { wallets, networkKeys } = await readKeyring(dataFolderOf(data, shell))
  if ([...wallets, ...networkKeys].some((wallet) => wallet.name === name)) {
    throw new WalletExistsError(`There is a wallet ${name} already.`)
  }
}

async function keepKey(
  { name, privateKey }: { readonly name: string; readonly privateKey: Hex },
  options: CreateOptions,
  shell: Shell,
): Promise<void> {
  const { printer, clock } = shell
  const password = await choosePassword(name, options, shell)
  printer.status('Locking the key ...')
  const folder = walletFolderOf(dataFolderOf(options.data, shell))
  const key = { name, privateKey, password, cost: costForPeople, nowMs: clock.wallMs() }
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

async function readPrivateKey(keyFile: string | undefined, { terminal }: Shell): Promise<string> {
  if (keyFile === undefined) {
    return terminal.isInteractive ? terminal.askHidden('Private key: ') : terminal.readInput()
  }
  const text = await readIfPresent(keyFile)
  if (text === undefined) throw new PrivateKeyError()
  return text
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
