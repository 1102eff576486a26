import { createHash, generateKeyPairSync, createPublicKey, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Address } from '@nexqloud/kernel'
import type { Hex } from 'viem'
import { generatePrivateKey } from 'viem/accounts'

import { networkKeysOf } from '../keystore/keyring.ts'
import { addressOfKeystore, costForMachines, lockKey, parseKeystore } from '../keystore/keystore.ts'
import { makePrivateFolder, readIfPresent, writeOnce } from '../whole-file.ts'

/** Whose keys a local network is launched with. */
const roles = ['owner', 'masternode', 'price-signer', 'faucet'] as const

/** What a key of the network is for. */
export type Role = (typeof roles)[number]

/** The keys of a launch, as the chain sees them. */
export type FounderKeys = {
  readonly addresses: Readonly<Record<Role, Address>>
  /** SHA-256 of the masternode's TLS key (DER, SubjectPublicKeyInfo). */
  readonly tlsKeyHash: Hex
}

/**
 * Makes the keys of a local network that are not there yet, each in a keystore of its own (`faucet.json`), and the
 * password that opens them; returns their addresses. May be called again after a crash, or twice at once: what is there
 * is kept.
 */
export async function makeFounderKeys(dataFolder: string): Promise<FounderKeys> {
  const keys = await openKeyFolder(dataFolder)
  const addresses: [Role, Address][] = []
  for (const role of roles) addresses.push([role, await makeKey(role, keys)])
  return {
    addresses: Object.fromEntries(addresses) as Record<Role, Address>,
    tlsKeyHash: await makeTlsKey(keys.folder),
  }
}

/** The keys of a masternode, as the chain sees them. */
export type MasternodeKeys = { readonly signer: Address; readonly tlsKeyHash: Hex }

/** Makes the keys of a masternode that are not there yet, as {@link makeFounderKeys} does; those of a launch are kept. */
export async function makeMasternodeKeys(dataFolder: string): Promise<MasternodeKeys> {
  const keys = await openKeyFolder(dataFolder)
  return {
    signer: await makeKey('masternode', keys),
    tlsKeyHash: await makeTlsKey(keys.folder),
  }
}

type KeyFolder = { readonly folder: string; readonly password: string }

async function openKeyFolder(dataFolder: string): Promise<KeyFolder> {
  const { folder, passwordFile } = networkKeysOf(dataFolder)
  await makePrivateFolder(dataFolder)
  await makePrivateFolder(folder)
  const random = `${randomBytes(32).toString('hex')}\n`
  const password = (await writeOnce({ file: passwordFile, text: random })).trim()
  return { folder, password }
}

/** Makes another key of a network that was launched here, unless it is there; returns its address. */
export async function makeNetworkKey(dataFolder: string, name: string): Promise<Address> {
  const { folder, passwordFile } = networkKeysOf(dataFolder)
  const password = (await readFile(passwordFile, 'utf8')).trim()
  return makeKey(name, { folder, password })
}

async function makeKey(role: string, { folder, password }: KeyFolder): Promise<Address> {
  const file = join(folder, `${role}.json`)
  const lock = () => lockKey(generatePrivateKey(), { name: role, password, cost: costForMachines })
  const text = (await readIfPresent(file)) ?? (await writeOnce({ file, text: await lock() }))
  return addressOfKeystore(parseKeystore(text, file))
}

/** Makes the masternode's TLS key, unless it is there; returns the hash that the chain knows it by. */
async function makeTlsKey(folder: string): Promise<Hex> {
  const file = join(folder, 'masternode-tls.pem')
  const { privateKey } = generateKeyPairSync('ed25519')
  const text = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const kept = await writeOnce({ file, text })
  const publicKey = createPublicKey(kept).export({ type: 'spki', format: 'der' })
  return `0x${createHash('sha256').update(publicKey).digest('hex')}`
}
