import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Founders } from '@nexqloud/contracts'
import { expect, test } from 'vitest'

import { findWallet, networkKeysOf, readKeyring, unlockWallet } from '../keystore/keyring.ts'
import { readPassword } from '../keystore/password.ts'
import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { joinNetwork } from './join.ts'
import { launchLocalNetwork } from './launch.ts'

const clock = { wallMs: () => 1_700_000_000_999 }

test('the first start makes keys, founders and genesis; later ones read them back', async () => {
  using folder = openScratchFolder()
  const first = await launchLocalNetwork(folder.path, { clock })
  const before = readAll(folder.path)
  const second = await launchLocalNetwork(folder.path, {
    clock: { wallMs: () => 1_800_000_000_000 },
  })
  expect([first.isNew, second.isNew]).toEqual([true, false])
  expect(second.genesis).toEqual(first.genesis)
  expect(readAll(folder.path)).toEqual(before)
})

test('genesis begins now, with a faucet that holds a million NXQ', async () => {
  using folder = openScratchFolder()
  const { genesis } = await launchLocalNetwork(folder.path, { clock })
  const founders = readJson(join(folder.path, 'founders.json')) as Founders
  expect(genesis.timestamp).toBe(1_700_000_000n)
  expect(genesis.config.chainId).toBe(5_134_418)
  expect(genesis.alloc[founders.faucet ?? '0x']?.balance).toBe(10n ** 24n)
})

test('every founder has a key of its own, which the password beside it opens', async () => {
  using folder = openScratchFolder()
  await launchLocalNetwork(folder.path, { clock })
  const founders = readJson(join(folder.path, 'founders.json')) as Founders
  const keyring = await readKeyring(folder.path)
  const expected = {
    owner: founders.owner,
    masternode: founders.masternodes[0]?.signer,
    'price-signer': founders.priceSigners[0],
    faucet: founders.faucet,
  }
  for (const [name, address] of Object.entries(expected)) {
    const wallet = findWallet(keyring, name)
    const password = await readPassword(wallet, {}, createMemoryShell())
    expect((await unlockWallet(wallet, password)).address).toBe(address)
  }
  expect(new Set(Object.values(expected)).size).toBe(4)
})

test.each([
  [undefined, '127.0.0.1:4433'],
  ['192.0.2.7:4433', '192.0.2.7:4433'],
])('devices dial the masternode of a launch at %s where it says so', async (said, endpoint) => {
  using folder = openScratchFolder()
  await launchLocalNetwork(folder.path, { clock, masternodeEndpoint: said })
  const founders = readJson(join(folder.path, 'founders.json')) as Founders
  expect(founders.masternodes.map((each) => each.endpoint)).toEqual([endpoint])
})

test('a masternode that nobody could dial is refused before anything is made', async () => {
  using folder = openScratchFolder()
  const launch = launchLocalNetwork(folder.path, { clock, masternodeEndpoint: '192.0.2.7' })
  await expect(launch).rejects.toMatchObject({ code: 'NETWORK_ENDPOINT_INVALID' })
  expect(readdirSync(folder.path)).toEqual([])
})

test('only their owner reads the keys', async () => {
  using folder = openScratchFolder()
  await launchLocalNetwork(folder.path, { clock })
  const keys = networkKeysOf(folder.path).folder
  const modeOf = (path: string) => statSync(path).mode & 0o777
  expect(modeOf(keys)).toBe(0o700)
  expect(readdirSync(keys).map((name) => modeOf(join(keys, name)))).toEqual(
    Array.from({ length: 6 }, () => 0o600),
  )
})

test('two data folders share no key and no genesis', async () => {
  using one = openScratchFolder()
  using other = openScratchFolder()
  await launchLocalNetwork(one.path, { clock })
  await launchLocalNetwork(other.path, { clock })
  expect(
    addressesIn(one.path).filter((address) => addressesIn(other.path).includes(address)),
  ).toEqual([])
  expect(readText(one.path, 'genesis.json')).not.toBe(readText(other.path, 'genesis.json'))
})

test.each([
  ['before genesis', ['genesis.json']],
  ['before the founders', ['genesis.json', 'founders.json']],
] as const)('a start that was killed %s is finished with the same keys', async (_, missing) => {
  using folder = openScratchFolder()
  await launchLocalNetwork(folder.path, { clock })
  const [genesis, keys] = [readText(folder.path, 'genesis.json'), addressesIn(folder.path)]
  for (const name of missing) rmSync(join(folder.path, name))
  writeFileSync(join(folder.path, 'genesis.json.0123456789ab.new'), '{"half')
  await launchLocalNetwork(folder.path, { clock })
  expect(addressesIn(folder.path)).toEqual(keys)
  expect(readText(folder.path, 'genesis.json')).toBe(genesis)
})

test('a start that was killed between two keys makes only those that are missing', async () => {
  using folder = openScratchFolder()
  await launchLocalNetwork(folder.path, { clock })
  const before = addressesIn(folder.path)
  const keys = networkKeysOf(folder.path).folder
  for (const name of ['genesis.json', 'founders.json']) rmSync(join(folder.path, name))
  rmSync(join(keys, 'faucet.json'))
  await launchLocalNetwork(folder.path, { clock })
  const kept = addressesIn(folder.path).filter((address) => before.includes(address))
  expect([kept.length, addressesIn(folder.path).length]).toEqual([3, 4])
})

test('two starts at once agree on one genesis', async () => {
  using folder = openScratchFolder()
  const starts = await Promise.all([1, 2, 3].map(() => launchLocalNetwork(folder.path, { clock })))
  const texts = new Set(starts.map(({ genesis }) => JSON.stringify(genesis.source)))
  expect(texts.size).toBe(1)
  const founders = readJson(join(folder.path, 'founders.json')) as Founders
  expect(addressesIn(folder.path)).toHaveLength(4)
  expect(addressesIn(folder.path)).toContain(founders.faucet)
})

test.each([
  ['genesis.json', '{"half', 'NETWORK_FILE_INVALID'],
  ['genesis.json', 'null', 'NETWORK_FILE_INVALID'],
  ['genesis.json', '{"config":{"chainId":5134418},"alloc":{}}', 'NETWORK_FILE_INVALID'],
  ['genesis.json', genesisOf(1), 'NETWORK_OTHER'],
  ['founders.json', '{}', 'GENESIS_INPUT_INVALID'],
  ['founders.json', '[', 'NETWORK_FILE_INVALID'],
])('a %s that holds %s is named, and left as it is', async (name, text, code) => {
  using folder = openScratchFolder()
  writeFileSync(join(folder.path, name), text)
  await expect(launchLocalNetwork(folder.path, { clock })).rejects.toMatchObject({ code })
  expect(readText(folder.path, name)).toBe(text)
})

test('the main network is joined by the genesis that it published, once', async () => {
  using folder = openScratchFolder()
  using published = openScratchFolder()
  const genesis = join(published.path, 'genesis.json')
  writeFileSync(genesis, genesisOf(5_134_417))
  const other = join(published.path, 'other.json')
  writeFileSync(other, `${genesisOf(5_134_417)}\n`)
  await expect(joinNetwork(folder.path, { network: 'main' })).rejects.toMatchObject({
    code: 'NETWORK_GENESIS_MISSING',
    hint: 'Name the file that the network published or was launched with: --genesis FILE.',
  })
  expect((await joinNetwork(folder.path, { network: 'main', genesis })).isNew).toBe(true)
  expect((await joinNetwork(folder.path, { network: 'main' })).isNew).toBe(false)
  expect((await joinNetwork(folder.path, { network: 'main', genesis })).isNew).toBe(false)
  await expect(joinNetwork(folder.path, { network: 'main', genesis: other })).rejects.toMatchObject(
    {
      code: 'NETWORK_OTHER',
    },
  )
})

test('a data folder holds one network: main is not joined from a local one', async () => {
  using folder = openScratchFolder()
  await launchLocalNetwork(folder.path, { clock })
  await expect(joinNetwork(folder.path, { network: 'main' })).rejects.toMatchObject({
    code: 'NETWORK_OTHER',
  })
  using empty = openScratchFolder()
  const absent = join(empty.path, 'absent.json')
  await expect(joinNetwork(empty.path, { network: 'main', genesis: absent })).rejects.toMatchObject(
    {
      code: 'NETWORK_FILE_INVALID',
    },
  )
})

/** Returns the text of a genesis in which nobody has anything. */
function genesisOf(chainId: number): string {
  const [timestamp, gasLimit, baseFeePerGas] = ['0x1', '0x1c9c380', '0x0']
  const rest = { timestamp, gasLimit, baseFeePerGas, extraData: '0x', alloc: {} }
  return JSON.stringify({ config: { chainId }, ...rest })
}

/** Addresses of the network's keys. */
function addressesIn(dataFolder: string): readonly string[] {
  const { folder } = networkKeysOf(dataFolder)
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => (readJson(join(folder, name)) as { address: string }).address)
    .map((address) => `0x${address}`)
    .toSorted()
}

function readAll(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))
}

function readText(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}
