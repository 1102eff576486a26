import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Address } from '@nexqloud/kernel'

import { WalletAbsentError, WalletUnnamedError } from './errors.ts'
import type { DamagedKeystoreError } from './errors.ts'
import { readKeyFolder, type Wallet } from './key-folder.ts'
import { parseKeystore, unlockKey, type OpenKey } from './keystore.ts'

/** All keystores of a data folder: those of people, and those of the network that it launched. */
export type Keyring = {
  readonly folder: string
  /** What people made; the password is theirs. */
  readonly wallets: readonly Wallet[]
  /** What a launch made; the password lies beside them. */
  readonly networkKeys: readonly Wallet[]
  readonly damaged: readonly DamagedKeystoreError[]
}

/** Where people's wallets lie. */
export function walletFolderOf(dataFolder: string): string {
  return join(dataFolder, 'wallets')
}

/** Where the keys lie that a launch made, and the file with their password. */
export function networkKeysOf(dataFolder: string): {
  readonly folder: string
  readonly passwordFile: string
} {
  const folder = join(dataFolder, 'keys')
  return { folder, passwordFile: join(folder, 'password') }
}

/** Returns all keystores of a data folder, locked. */
export async function readKeyring(dataFolder: string): Promise<Keyring> {
  const keys = networkKeysOf(dataFolder)
  const people = await readKeyFolder(walletFolderOf(dataFolder))
  const network = await readKeyFolder(keys.folder, keys.passwordFile)
  return {
    folder: dataFolder,
    wallets: people.wallets,
    networkKeys: network.wallets,
    damaged: [...people.damaged, ...network.damaged],
  }
}

/**
 * Returns the wallet that a name or an address names; without one, the only wallet. `naming` is how the command is told
 * which one.
 *
 * @throws {@link DamagedKeystoreError} where there is no such wallet, but a file that cannot be read.
 * @throws {@link WalletAbsentError} where there is none.
 * @throws {@link WalletUnnamedError} where several bear the name, or none is named and there is not exactly one.
 */
export function findWallet(keyring: Keyring, wanted?: string, naming = '--from NAME'): Wallet {
  const { wallets } = keyring
  if (wanted === undefined) {
    const [only] = wallets
    if (only === undefined || wallets.length > 1) {
      throw new WalletUnnamedError(namesOf(wallets), naming)
    }
    return only
  }
  const found = lookUp(keyring, wanted)
  if (found !== undefined) return found
  throw createAbsence(keyring, wanted)
}

/** Returns what is told where no wallet is the wanted one: a file that cannot be read may be it. */
export function createAbsence(
  { wallets, damaged }: Keyring,
  wanted: string,
  besides?: string,
): DamagedKeystoreError | WalletAbsentError {
  return damaged[0] ?? new WalletAbsentError(wanted, namesOf(wallets), besides)
}

/**
 * Returns the wallet that a name or an address names; `undefined` where there is none. People's wallets come before keys
 * of the network.
 *
 * @throws {@link WalletUnnamedError} where several bear the name.
 */
export function lookUp({ wallets, networkKeys }: Keyring, wanted: string): Wallet | undefined {
  for (const list of [wallets, networkKeys]) {
    const found = list.filter(
      ({ name, address }) => name === wanted || address === wanted.toLowerCase(),
    )
    if (found.length > 1) {
      const addresses = found.map(({ address }) => address)
      throw new WalletUnnamedError(addresses, `its address instead of ${wanted}`)
    }
    if (found[0] !== undefined) return found[0]
  }
  return undefined
}

/** Returns the name of the wallet that has an address; `undefined` where none has. */
export function nameOf({ wallets, networkKeys }: Keyring, address: Address): string | undefined {
  return [...wallets, ...networkKeys].find((wallet) => wallet.address === address)?.name
}

/** Opens a wallet's keystore; takes a second, on purpose. */
export async function unlockWallet({ file, name }: Wallet, password: string): Promise<OpenKey> {
  const keystore = parseKeystore(await readFile(file, 'utf8'), file)
  return unlockKey(keystore, { password, file, label: name })
}

function namesOf(wallets: readonly Wallet[]): readonly string[] {
  return wallets.map(({ name }) => name)
}
