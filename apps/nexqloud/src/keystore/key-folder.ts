import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Address } from '@nexqloud/kernel'
import type { Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'

import { isCode, makePrivateFolder, writeOnce } from '../whole-file.ts'
import { DamagedKeystoreError, WalletExistsError, WalletNameError } from './errors.ts'
import { addressOfKeystore, lockKey, parseKeystore, type KeystoreCost } from './keystore.ts'

/** A keystore in a folder, still locked. */
export type Wallet = {
  readonly name: string
  readonly address: Address
  readonly file: string
  /** Of a key that a machine uses: the file that holds its password. */
  readonly passwordFile?: string
}

/** What a folder of keystores holds. */
export type FolderContent = {
  /** By name. */
  readonly wallets: readonly Wallet[]
  /** What looks like a keystore and cannot be read. */
  readonly damaged: readonly DamagedKeystoreError[]
}

/** A key to put into a folder. */
export type NewKey = {
  readonly name: string
  readonly privateKey: Hex
  readonly password: string
  readonly cost: KeystoreCost
}

/** Returns what a folder holds; nothing where it is not there. */
export async function readKeyFolder(folder: string, passwordFile?: string): Promise<FolderContent> {
  const files = (await listFolder(folder)).filter(isKeystoreName).toSorted()
  const wallets: Wallet[] = []
  const damaged: DamagedKeystoreError[] = []
  for (const file of files.map((name) => join(folder, name))) {
    try {
      const wallet = await readWallet(file)
      wallets.push(passwordFile === undefined ? wallet : { ...wallet, passwordFile })
    } catch (error) {
      if (!(error instanceof DamagedKeystoreError)) throw error
      damaged.push(error)
    }
  }
  return { wallets: wallets.toSorted(byName), damaged }
}

/**
 * Locks a key into a new file of a folder, which is made where it is missing. The file bears the wallet's name: of two
 * that come at once one has it.
 *
 * @throws {@link WalletNameError} where the name cannot be one.
 * @throws {@link WalletExistsError} where it is taken.
 */
export async function addKey(folder: string, key: NewKey): Promise<Wallet> {
  const { name, privateKey } = key
  assertWalletName(name)
  await makePrivateFolder(folder)
  const address = privateKeyToAddress(privateKey).toLowerCase() as Address
  const file = join(folder, `${name}.json`)
  const text = await lockKey(privateKey, key)
  if ((await writeOnce({ file, text })) !== text) {
    throw new WalletExistsError(`There is a wallet ${name} already.`)
  }
  return { name, address, file }
}

/**
 * Asserts that a text can name a wallet: it can be told from an address, and needs no quoting.
 *
 * @throws {@link WalletNameError} where it cannot.
 */
export function assertWalletName(name: string): void {
  if (!isWalletName(name)) throw new WalletNameError(name)
}

function isWalletName(name: string): boolean {
  return /^[a-z][\w.-]{0,31}$/i.test(name)
}

/** Keystores that we make bear a wallet's name; those of geth `UTC--2026-11-25T21-00-00.000000000Z--ADDRESS`. */
function isKeystoreName(name: string): boolean {
  return /^UTC--.*[0-9a-f]$|\.json$/.test(name)
}

function byName(a: Wallet, b: Wallet): number {
  return a.name.localeCompare(b.name)
}

async function readWallet(file: string): Promise<Wallet> {
  const keystore = parseKeystore(await readFile(file, 'utf8'), file)
  const address = addressOfKeystore(keystore)
  const { name = address } = keystore['x-nexqloud'] ?? {}
  return { name: isWalletName(name) ? name : address, address, file }
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return []
    throw error
  }
}
