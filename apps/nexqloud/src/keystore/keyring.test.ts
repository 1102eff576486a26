import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Hex } from 'viem'
import { expect, test } from 'vitest'

import { openScratchFolder } from '../scratch-folder.ts'
import { addKey } from './key-folder.ts'
import {
  findWallet,
  lookUp,
  nameOf,
  networkKeysOf,
  readKeyring,
  unlockWallet,
  walletFolderOf,
} from './keyring.ts'

test('a wallet is found by its name and by its address', async () => {
  using folder = openScratchFolder()
  const alice = await add(folder.path, 'alice')
  await add(folder.path, 'bob')
  const keyring = await readKeyring(folder.path)
  expect(findWallet(keyring, 'alice').address).toBe(alice.address)
  expect(findWallet(keyring, alice.address.toUpperCase().replace('0X', '0x')).name).toBe('alice')
  expect(nameOf(keyring, alice.address)).toBe('alice')
  expect((await unlockWallet(findWallet(keyring, 'alice'), 'secret')).address).toBe(alice.address)
})

test('the only wallet need not be named; of several, one has to be', async () => {
  using folder = openScratchFolder()
  const none = await readKeyring(folder.path)
  expect(() => findWallet(none)).toThrow('Which wallet? There are none.')
  await add(folder.path, 'alice')
  expect(findWallet(await readKeyring(folder.path)).name).toBe('alice')
  await add(folder.path, 'bob')
  const two = await readKeyring(folder.path)
  expect(() => findWallet(two)).toThrow(
    expect.objectContaining({
      message: 'Which wallet? There are alice, bob.',
      hint: 'Name one of them: --from NAME.',
    }),
  )
})

test('a wallet that is not there is told with those that are', async () => {
  using folder = openScratchFolder()
  await add(folder.path, 'alice')
  const keyring = await readKeyring(folder.path)
  expect(lookUp(keyring, 'carol')).toBeUndefined()
  expect(() => findWallet(keyring, 'carol')).toThrow(
    expect.objectContaining({
      code: 'WALLET_ABSENT',
      hint: 'Known are: alice. Create one with: nexqloud wallet create NAME.',
    }),
  )
})

test("people's wallets come before keys of the network, which know their password file", async () => {
  using folder = openScratchFolder()
  const keys = networkKeysOf(folder.path)
  const key = { privateKey: keyOf(9), password: 'machine', cost }
  await addKey(keys.folder, { ...key, name: 'faucet' })
  expect(findWallet(await readKeyring(folder.path), 'faucet').passwordFile).toBe(keys.passwordFile)
  const own = await add(folder.path, 'faucet')
  expect(findWallet(await readKeyring(folder.path), 'faucet').address).toBe(own.address)
})

test('a damaged keystore hides no other one, and is named when somebody asks for it', async () => {
  using folder = openScratchFolder()
  await add(folder.path, 'alice')
  writeFileSync(join(walletFolderOf(folder.path), 'broken.json'), '{"version":3')
  const keyring = await readKeyring(folder.path)
  expect(findWallet(keyring, 'alice').name).toBe('alice')
  expect(() => findWallet(keyring, 'bob')).toThrow(
    expect.objectContaining({
      code: 'WALLET_KEYSTORE_DAMAGED',
      file: expect.stringContaining('broken'),
    }),
  )
})

test('a keystore bears the name of its wallet, and only its owner reads it', async () => {
  using folder = openScratchFolder()
  await add(folder.path, 'alice')
  const path = walletFolderOf(folder.path)
  expect(readdirSync(path)).toEqual(['alice.json'])
  expect(statSync(path).mode & 0o777).toBe(0o700)
  expect(statSync(join(path, readdirSync(path)[0] ?? '')).mode & 0o777).toBe(0o600)
})

test('a file that geth wrote is read, and bears its address as its name', async () => {
  using folder = openScratchFolder()
  const { file, address } = await add(folder.path, 'alice')
  const { 'x-nexqloud': _, ...plain } = JSON.parse(readFileSync(file, 'utf8')) as Record<
    string,
    unknown
  >
  rmSync(file)
  const name = `UTC--2023-11-14T22-13-20.000000000Z--${address.slice(2)}`
  writeFileSync(join(walletFolderOf(folder.path), name), JSON.stringify(plain))
  expect(findWallet(await readKeyring(folder.path)).name).toBe(address)
})

test.each(['\u001B[2Jalice', 'two\nlines', `0x${'11'.repeat(20)}`, ''])(
  'a name that no wallet can have is passed over: %j',
  async (name) => {
    using folder = openScratchFolder()
    const { file, address } = await add(folder.path, 'alice')
    const keystore = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    writeFileSync(file, JSON.stringify({ ...keystore, 'x-nexqloud': { name } }))
    expect(findWallet(await readKeyring(folder.path)).name).toBe(address)
  },
)

test.each(['', '0xabc', 'a b', '-x', 'ä', 'x'.repeat(33), '../x'])(
  '"%s" names no wallet',
  async (name) => {
    using folder = openScratchFolder()
    await expect(add(folder.path, name)).rejects.toMatchObject({ code: 'WALLET_NAME_INVALID' })
  },
)

const cost = { n: 2, p: 1 } as const
let count = 0

function add(dataFolder: string, name: string) {
  count += 1
  return addKey(walletFolderOf(dataFolder), {
    name,
    privateKey: keyOf(count),
    password: 'secret',
    cost,
  })
}

function keyOf(number: number): Hex {
  return `0x${(1000 + number).toString(16).padStart(64, '0')}`
}
