import { parseAddress, type Address } from '@nexqloud/kernel'
import { privFromLegacyKeystore, privToLegacyKeystore } from 'micro-eth-signer/keystore.js'
import { bytesToHex, hexToBytes, type Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { z } from 'zod'

import { DamagedKeystoreError, WrongPasswordError } from './errors.ts'

/** How hard it is to try passwords. */
export type KeystoreCost = { readonly n: number; readonly p: number }

/** For passwords that people choose: 128 MiB and most of a second for each that is tried. */
export const costForPeople: KeystoreCost = { n: 2 ** 17, p: 1 }
/** For passwords that are 32 random bytes, which nobody can try anyway. */
export const costForMachines: KeystoreCost = { n: 2 ** 12, p: 1 }

const hex = z.string().regex(/^(0x)?([0-9a-f]{2})+$/i)

/** Web3 Secret Storage, version 3, as geth writes it. */
const schema = z.looseObject({
  version: z.literal(3),
  id: z.string(),
  address: z.string().regex(/^(0x)?[0-9a-f]{40}$/i),
  crypto: z.looseObject({
    cipher: z.string(),
    cipherparams: z.looseObject({ iv: hex }),
    ciphertext: hex,
    kdf: z.string(),
    kdfparams: z.looseObject({ dklen: z.int(), salt: hex }),
    mac: hex,
  }),
  /** What we add; every other program passes over it. */
  'x-nexqloud': z.looseObject({ name: z.string() }).optional(),
})

/** The content of a keystore's file. */
export type Keystore = z.output<typeof schema>

/** A private key and the account that it makes. */
export type OpenKey = { readonly privateKey: Hex; readonly address: Address }

/**
 * Returns a keystore from the text of its file.
 *
 * @throws {@link DamagedKeystoreError} where it is none.
 */
export function parseKeystore(text: string, file: string): Keystore {
  try {
    return schema.parse(withLowerCase(JSON.parse(text)))
  } catch (error) {
    const problem =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
        : 'it is not JSON'
    throw new DamagedKeystoreError(file, problem)
  }
}

/** The first wallets wrote `Crypto`, and ethers still does. */
function withLowerCase(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('Crypto' in input)) return input
  const { Crypto, ...rest } = input
  return { crypto: Crypto, ...rest }
}

/** Returns the account of a keystore; the file may be wrong about it, which opening finds out. */
export function addressOfKeystore({ address }: Keystore): Address {
  return parseAddress(`0x${address.replace(/^0x/, '')}`)
}

/** Returns the text of a keystore that only the password opens; geth, ethers and MetaMask read it. */
export async function lockKey(
  privateKey: Hex,
  {
    name,
    password,
    cost,
  }: { readonly name: string; readonly password: string; readonly cost: KeystoreCost },
): Promise<string> {
  const whole = await privToLegacyKeystore(hexToBytes(privateKey), normalise(password), {
    ...cost,
    r: 8,
  })
  const address = privateKeyToAddress(privateKey).slice(2).toLowerCase()
  return `${JSON.stringify({ ...whole, address, 'x-nexqloud': { name } }, null, 2)}\n`
}

/**
 * Returns the key within a keystore.
 *
 * @throws {@link WrongPasswordError} where the password is not its own.
 * @throws {@link DamagedKeystoreError} where it holds another account's key, or cannot be computed.
 */
export async function unlockKey(
  keystore: Keystore,
  { password, file, label }: { password: string; file: string; label: string },
): Promise<OpenKey> {
  const privateKey = await decrypt(keystore, { password: normalise(password), file, label })
  const address = parseAddress(privateKeyToAddress(privateKey))
  const said = addressOfKeystore(keystore)
  if (address !== said)
    throw new DamagedKeystoreError(file, `it says ${said} and holds the key of ${address}`)
  return { privateKey, address }
}

type Unlocking = { readonly password: string; readonly file: string; readonly label: string }

async function decrypt(keystore: Keystore, { password, file, label }: Unlocking): Promise<Hex> {
  try {
    const legacy = keystore as unknown as Parameters<typeof privFromLegacyKeystore>[0]
    return bytesToHex(await privFromLegacyKeystore(legacy, password))
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    if (/passphrase/.test(problem)) throw new WrongPasswordError(label)
    throw new DamagedKeystoreError(file, problem)
  }
}

/** As ethers does: the same password, typed on another keyboard, is the same text. */
function normalise(password: string): string {
  return password.normalize('NFKC')
}
