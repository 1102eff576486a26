import { decryptKeystoreJson, encryptKeystoreJsonSync, Wallet } from 'ethers'
import type { Hex } from 'viem'
import { expect, test } from 'vitest'

import { DamagedKeystoreError, WrongPasswordError } from './errors.ts'
import {
  costForMachines,
  costForPeople,
  lockKey,
  parseKeystore,
  unlockKey,
  type KeystoreCost,
} from './keystore.ts'

const privateKey: Hex = `0x${'7e'.repeat(32)}`
const stranger = `0x${'1'.repeat(40)}`
const place = { file: 'UTC--x', label: 'alice' }
/** Nobody waits for a second in a test. */
const quick: KeystoreCost = { n: 2, p: 1 }

test('a key that was locked is opened by its password', async () => {
  const keystore = parseKeystore(await lock('secret'), 'x')
  const open = await unlockKey(keystore, { password: 'secret', ...place })
  expect(open.privateKey).toBe(privateKey)
  expect(open.address).toBe(new Wallet(privateKey).address.toLowerCase())
})

test('ethers opens what we locked', async () => {
  const opened = await decryptKeystoreJson(await lock('pässwörd ①'), 'pässwörd ①')
  expect(opened.privateKey).toBe(privateKey)
})

test('we open what ethers locked', async () => {
  const account = { address: new Wallet(privateKey).address, privateKey }
  const text = encryptKeystoreJsonSync(account, 'pässwörd ①', { scrypt: { N: 2, r: 8, p: 1 } })
  const keystore = parseKeystore(text, 'x')
  const open = await unlockKey(keystore, { password: 'pässwörd ①', ...place })
  expect(open.privateKey).toBe(privateKey)
})

test.each([costForPeople, costForMachines])('the cost %o is what the file says', async (cost) => {
  const { crypto } = parseKeystore(await lock('secret', cost), 'x')
  expect(crypto).toMatchObject({
    kdf: 'scrypt',
    cipher: 'aes-128-ctr',
    kdfparams: { ...cost, r: 8, dklen: 32 },
  })
})

test('two locks of one key have nothing in common', async () => {
  const [one, other] = await Promise.all([lock('secret'), lock('secret')])
  const read = (text: string) => parseKeystore(text, 'x').crypto
  expect(read(one).kdfparams.salt).not.toBe(read(other).kdfparams.salt)
  expect(read(one).ciphertext).not.toBe(read(other).ciphertext)
})

test('the text holds neither the key nor the password', async () => {
  const text = await lock('secret-word')
  expect(text).not.toContain(privateKey.slice(2))
  expect(text).not.toContain('secret-word')
})

test('a wrong password is told from a damaged file', async () => {
  const keystore = parseKeystore(await lock('secret'), 'x')
  const opening = unlockKey(keystore, { password: 'other', ...place })
  await expect(opening).rejects.toThrow(WrongPasswordError)
  await expect(opening).rejects.toMatchInlineSnapshot(
    `[WrongPasswordError: The password does not open alice.]`,
  )
})

test('a keystore that says another account than it holds is damaged', async () => {
  const keystore = { ...parseKeystore(await lock('secret'), 'x'), address: stranger }
  await expect(unlockKey(keystore, { password: 'secret', ...place })).rejects.toThrow(
    DamagedKeystoreError,
  )
})

test.each([
  ['', 'it is not JSON'],
  ['{', 'it is not JSON'],
  ['{"version":3}', 'address'],
  ['{"version":1,"address":"x"}', 'version'],
  ['null', 'expected object'],
])('%s is no keystore', (text, problem) => {
  expect(() => parseKeystore(text, '/data/UTC--x')).toThrow(DamagedKeystoreError)
  expect(() => parseKeystore(text, '/data/UTC--x')).toThrow(problem)
})

test.each([
  ['n', 2 ** 30],
  ['n', 3],
  ['p', 10_000],
  ['dklen', 1 << 30],
])('a keystore whose %s is %d is refused before it is computed', async (name, value) => {
  const keystore = parseKeystore(await lock('secret'), 'x')
  const { crypto } = keystore
  const kdfparams = { ...crypto.kdfparams, [name]: value }
  const changed = { ...keystore, crypto: { ...crypto, kdfparams } }
  await expect(unlockKey(changed, { password: 'secret', ...place })).rejects.toThrow(
    DamagedKeystoreError,
  )
})

function lock(password: string, cost = quick): Promise<string> {
  return lockKey(privateKey, { name: 'alice', password, cost })
}
