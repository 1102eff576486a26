import { parseAddress, type Address } from '@nexqloud/kernel'
import { createLedger, nexqloud, nexqloudLocal, type Ledger } from '@nexqloud/ledger'
import { createPublicClient, isAddress, type Chain, type Transport } from 'viem'

import { chainUrlOf, dataFolderOf } from '../data-folder.ts'
import {
  createAbsence,
  findWallet,
  lookUp,
  nameOf,
  readKeyring,
  type Keyring,
} from '../keystore/keyring.ts'
import type { ReadOptions } from '../option.ts'
import type { Shell } from '../shell.ts'
import { ChainUnreachableError, MistypedAddressError, UnknownNetworkError } from './errors.ts'

/** A command's door to the chain and to the wallets of the data folder. */
export type Session = {
  readonly ledger: Ledger<undefined>
  readonly chain: Chain
  readonly keyring: Keyring
  readonly shell: Shell
}

/**
 * Opens what a command needs; asks the node which network it is of.
 *
 * @throws {@link ChainUnreachableError} where no node answers.
 * @throws {@link UnknownNetworkError} where it is not of our networks.
 */
export async function openSession(options: ReadOptions, shell: Shell): Promise<Session> {
  const url = await chainUrlOf(options, shell)
  const transport = await shell.connect(url)
  const chainId = await askChainId(transport, url)
  const chain = [nexqloud, nexqloudLocal].find(({ id }) => id === chainId)
  if (chain === undefined) throw new UnknownNetworkError(url, chainId)
  return {
    ledger: createLedger({ chain, transport }),
    chain,
    keyring: await readKeyring(dataFolderOf(options.data, shell)),
    shell,
  }
}

/**
 * Returns the address that a text gives: as an address, or as the name of a wallet.
 *
 * @throws {@link WalletAbsentError} where it is neither.
 * @throws {@link InvalidIdError} where it begins as an address does and is none.
 * @throws {@link MistypedAddressError} where it contradicts its own checksum.
 */
export function resolveAddress({ keyring }: Pick<Session, 'keyring'>, text: string): Address {
  const wallet = lookUp(keyring, text)
  if (wallet !== undefined) return wallet.address
  // The name of a wallet begins with a letter.
  if (!/^0x/i.test(text)) throw createAbsence(keyring, text, ', and this is no address either')
  const address = parseAddress(text)
  const hasChecksum = /[a-f]/.test(text.slice(2)) && /[A-F]/.test(text.slice(2))
  if (hasChecksum && !isAddress(text)) throw new MistypedAddressError(text)
  return address
}

/**
 * Returns the address that the argument of a command gives; without one, that of the only wallet.
 *
 * @throws {@link WalletUnnamedError} where there is not exactly one.
 */
export function resolveArgument(
  session: Pick<Session, 'keyring'>,
  wanted: string | undefined,
  command: string,
): Address {
  return wanted === undefined
    ? findWallet(session.keyring, undefined, `nexqloud ${command} NAME`).address
    : resolveAddress(session, wanted)
}

/** Returns an address with the name of its wallet, where it has one. */
export function showAccount({ keyring }: Pick<Session, 'keyring'>, text: string): string {
  const address = parseAddress(text)
  const name = nameOf(keyring, address)
  return name === undefined || name === address ? address : `${address} (${name})`
}

async function askChainId(transport: Transport, url: string): Promise<number> {
  try {
    return await createPublicClient({ transport }).getChainId()
  } catch (error) {
    throw new ChainUnreachableError(url, error)
  }
}
