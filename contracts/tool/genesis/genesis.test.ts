import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { numberToHex, padHex, parseEther, type Address, type Hex } from 'viem'
import { describe, expect, test } from 'vitest'

import { contractsFolder } from '../solidity.ts'
import { readRelease } from './artifacts.ts'
import { checkGenesis, GenesisCheckError } from './check.ts'
import type { Launch } from './deployment.ts'
import { parseFounders } from './founders.ts'
import { createGenesis, startMachine } from './genesis.ts'
import type { Alloc } from './geth.ts'
import { networks, readNetwork, type NetworkName } from './networks.ts'

const artifacts = readRelease()
const example = readJson('networks/local-founders.example.json') as Record<string, unknown>

/** Founders that satisfy a network's parameters; the example's, with as many signers and keys as it asks for. */
function launchOf(network: NetworkName): Launch {
  const parameters = readNetwork(network)
  const { faucet, ...rest } = example
  const holder = '0x1000000000000000000000000000000000000e01'
  const founders = {
    ...rest,
    priceSigners: Array.from({ length: parameters.prices.leastSigners }, (_, index) =>
      signerAt(index),
    ),
    keyHolders: [{ holder, count: parameters.keys.foundingCount }],
    ...(parameters.supply.faucetWei > 0n && { faucet }),
  }
  return { parameters, founders: parseFounders(founders, parameters) }
}

const made = Object.fromEntries(
  await Promise.all(
    networks.map(async (name) => [name, await createGenesis(artifacts, launchOf(name))] as const),
  ),
)

describe.each(networks)('genesis of %s', (network) => {
  const genesis = made[network] ?? fail(network)
  const { file, stateRoot, blockHash, digest } = genesis

  test('is the recorded one, to the byte', () => {
    expect({ stateRoot, blockHash, digest }).toMatchSnapshot()
  })

  test('is the same when it is made again', async () => {
    const again = await createGenesis(artifacts, launchOf(network))
    expect([again.digest, again.blockHash]).toEqual([digest, blockHash])
  })

  test('holds 21,000,000 NXQ, half of them to be emitted', () => {
    const wei = Object.values(file.alloc).reduce((sum, { balance }) => sum + BigInt(balance), 0n)
    expect(wei).toBe(parseEther('21000000'))
    expect(BigInt(file.alloc[addressOf('Emission')]?.balance ?? 0)).toBe(parseEther('10500000'))
  })

  test('loads into another machine as the same state', async () => {
    const machine = await startMachine(genesis)
    expect(await machine.stateRoot()).toBe(stateRoot)
    expect(await machine.dump()).toEqual(file.alloc)
  })
})

test('the networks run the same code, but for the calendar that is compiled in', () => {
  const lengthsOf = (network: NetworkName) =>
    Object.entries(made[network]?.file.alloc ?? fail(network))
      .filter(([, { code }]) => code !== undefined)
      .map(([address, { code }]) => [address, code?.length])
  expect(lengthsOf('main')).toEqual(lengthsOf('local'))
  expect(lengthsOf('main')).toHaveLength(2 + 2 * 8)
})

describe('what breaks a promise is refused', () => {
  const launch = launchOf('local')
  const { file, common } = made['local'] ?? fail('local')
  const block = { number: 0n, time: launch.founders.genesisTime, gasLimit: 30_000_000n }

  const cases: readonly (readonly [string, (alloc: Alloc) => Alloc, RegExp])[] = [
    [
      'a wei too many',
      (alloc) => ({ ...alloc, [stranger]: { balance: '0x1' } }),
      /All balances are 21000000000000000000000000 wei/,
    ],
    [
      'code that no chain takes',
      (alloc) => ({ ...alloc, [stranger]: { balance: '0x0', code: `0x${'00'.repeat(24_577)}` } }),
      /Code has at most 24576 bytes/,
    ],
    [
      'an owner that nobody chose',
      (alloc) => ownedByStranger(alloc, addressOf('Treasury')),
      /The owner of Treasury/,
    ],
    [
      'code that somebody owns',
      (alloc) => ownedByStranger(alloc, implementationOf('Treasury')),
      /The code of Treasury is owned by nobody/,
    ],
    [
      'code that somebody can initialise',
      (alloc) => withWord(alloc, implementationOf('Treasury'), [initializedSlot, zeroWord]),
      /Treasury's code refuses to be initialised/,
    ],
    [
      'a contract that somebody can initialise again',
      (alloc) => withWord(alloc, addressOf('Treasury'), [initializedSlot, zeroWord]),
      /Treasury's proxy refuses to be initialised/,
    ],
    [
      'a zero in storage, which no state trie holds',
      (alloc) => withWord(alloc, addressOf('Treasury'), [zeroWord, zeroWord]),
      /Storage holds no zeros; 0x4e58510000000000000000000000000000000009 holds one at 0x0{64}/,
    ],
  ]

  test.each(cases)('%s', async (_, change, message) => {
    const alloc = change(file.alloc)
    const machine = await startMachine({ file: { ...file, alloc }, common })
    const check = checkGenesis(alloc, { artifacts, launch, machine, block })
    await expect(check).rejects.toThrow(GenesisCheckError)
    await expect(check).rejects.toThrow(message)
  })

  test('another first price, masternode or emission than was asked for', async () => {
    const machine = await startMachine({ file, common })
    const { parameters, founders } = launch
    const other: Launch = {
      parameters: {
        ...parameters,
        prices: { ...parameters.prices, firstWeiPerMicroUsd: 3600n },
        supply: { ...parameters.supply, emissionWei: 1n },
      },
      founders: {
        ...founders,
        masternodes: founders.masternodes.map((all) => ({ ...all, signer: stranger })),
      },
    }
    const check = checkGenesis(file.alloc, { artifacts, launch: other, machine, block })
    await expect(check).rejects.toThrow(/first price is 3600/)
    await expect(check).rejects.toThrow(/Every founding masternode is active/)
    await expect(check).rejects.toThrow(/All periods emit 1 wei/)
  })
})

test('a contract that refuses its parameters is named, with its reason', async () => {
  const launch = launchOf('local')
  const parameters = {
    ...launch.parameters,
    calendar: { ...launch.parameters.calendar, periodSeconds: 7 },
  }
  await expect(createGenesis(artifacts, { ...launch, parameters })).rejects.toThrow(
    'Emission refused its creation: CalendarInvalid(1700000000, 7).',
  )
})

const stranger: Address = '0x9000000000000000000000000000000000000001'
/** `erc7201:openzeppelin.storage.Ownable`, where OpenZeppelin keeps an owner. */
const ownerSlot = '0x9016d09d72d40fdae2fd8ceac6b6234c7706214fd39c1cd1e609a0528c199300'
/** `erc7201:openzeppelin.storage.Initializable`, where OpenZeppelin keeps how often a contract was initialised. */
const initializedSlot = '0xf0c57e16840df040f15088dc2f81fe391c3923bec73e23a9662efc9c229c6a00'
const zeroWord = numberToHex(0, { size: 32 })

function ownedByStranger(alloc: Alloc, address: Address): Alloc {
  return withWord(alloc, address, [ownerSlot, padHex(stranger, { size: 32 })])
}

function withWord(alloc: Alloc, address: Address, [slot, word]: readonly [Hex, Hex]): Alloc {
  const account = alloc[address] ?? fail(address)
  return { ...alloc, [address]: { ...account, storage: { ...account.storage, [slot]: word } } }
}

function addressOf(contract: string): Address {
  return artifacts.addresses[contract] ?? fail(contract)
}

function implementationOf(contract: string): Address {
  return `0x${(BigInt(addressOf(contract)) + 0x10n).toString(16)}`
}

function signerAt(index: number): Address {
  return `0x2000000000000000000000000000000000000a0${index}`
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(contractsFolder, name), 'utf8'))
}

function fail(name: string): never {
  throw new Error(`There is no ${name}.`)
}
