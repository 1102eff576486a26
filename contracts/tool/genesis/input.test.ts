import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { getAddress } from 'viem'
import { expect, test } from 'vitest'

import { contractsFolder } from '../solidity.ts'
import { parseFounders } from './founders.ts'
import { InvalidInputError } from './input.ts'
import { readNetwork } from './networks.ts'
import { parseParameters } from './parameters.ts'

const parameters = readJson('local')
const main = readJson('main')
const founders = readJson('local-founders.example')
const local = readNetwork('local')

/** What is changed, by its path, and what is said of it. */
type Case = readonly [path: string, value: unknown, problem: RegExp]

const badParameters: readonly Case[] = [
  ['calendar.periodSeconds', 7, /calendar.periodSeconds: has to divide a day/],
  ['calendar.postingSeconds', 150, /calendar: postingSeconds: twice that has to fit/],
  ['supply.emissionNxq', '10500001', /supply.emissionNxq: has to be 10500000/],
  ['supply.faucetNxq', '10500001', /supply.faucetNxq: has to come out of the locked half/],
  ['supply.faucetNxq', '0', /chain.name: has to say "faucet"/],
  ['supply.faucetNxq', 1_000_000, /supply.faucetNxq: Invalid input/],
  ['emissionShares.validatorsBps', 2001, /emissionShares: exceed the whole/],
  ['incomeShares.reserveBps', 9001, /incomeShares: exceed the whole/],
  ['prices.firstWeiPerMicroUsd', '999999997201', /has to be a multiple of 3600/],
  ['prices.leastQuotes', 2, /has to be a majority of leastSigners/],
  ['devices.reorderSeconds', 60, /devices: reorderSeconds: has to be longer than measureSeconds/],
  ['kinds.1.id', 1, /kinds: have to differ in id/],
  ['kinds.0.name', 'two words', /kinds.0.name: has to be 1 to 32 visible ASCII characters/],
  ['chain.colour', 'red', /chain: Unrecognized key/],
]

/** No sum of these and a time may leave what the contracts keep it in, on any network. */
const tooLong: readonly Case[] = [
  ['leases.bufferSeconds', 86_401, /leases.bufferSeconds: Too big/],
  ['leases.delaySeconds', 7201, /leases.delaySeconds: Too big/],
  ['devices.measureSeconds', 86_401, /devices.measureSeconds: Too big/],
  ['devices.reorderSeconds', 28 * 86_400 + 1, /devices.reorderSeconds: Too big/],
  ['masternodes.unbondingSeconds', 365 * 86_400 + 1, /masternodes.unbondingSeconds: Too big/],
]

/** On the main network nothing starts outside of what a vote may set; the values beside are taken. */
const outOfRange: readonly (readonly [path: string, value: number, beside: number])[] = [
  ['emissionShares.contributorsBps', 5999, 6000],
  ['incomeShares.ownerBps', 4999, 5000],
  ['incomeShares.reserveBps', 999, 1000],
  ['leases.bufferSeconds', 599, 600],
  ['leases.bufferSeconds', 86_401, 86_400],
  ['leases.delaySeconds', 599, 600],
  ['leases.delaySeconds', 7201, 7200],
  ['leases.closingRewardBps', 2001, 2000],
  ['prices.stepBps', 499, 500],
  ['prices.stepBps', 5001, 5000],
  ['prices.leastSigners', 6, 7],
  ['prices.leastQuotes', 4, 5],
  ['masternodes.witnesses', 2, 3],
  ['masternodes.witnesses', 8, 7],
]

test.each(tooLong)('parameters with %s = %s are refused', (path, value, problem) => {
  expect(() => parseParameters(withValue(parameters, path, value))).toThrow(problem)
})

test.each(outOfRange)('the main network with %s = %s is refused', (path, value, beside) => {
  expect(() => parseParameters(withValue(main, path, value))).toThrow(`${path}: `)
  expect(() => parseParameters(withValue(main, path, beside))).not.toThrow()
})

test('a network with a faucet may start outside of what a vote may set', () => {
  const input = withValue(parameters, 'emissionShares.contributorsBps', 5999)
  expect(parseParameters(input).emissionShares.contributorsBps).toBe(5999)
})

test.each(badParameters)('parameters with %s = %s are refused', (path, value, problem) => {
  expect(() => parseParameters(withValue(parameters, path, value))).toThrow(problem)
})

const zero = `0x${'0'.repeat(40)}`

const badFounders: readonly Case[] = [
  ['owner', zero, /owner: has to be an address/],
  ['owner', '0x4E58510000000000000000000000000000000001', /owner: has to be an address/],
  ['owner', '0x52908400098527886E0F7030069857D2E4169ee7', /owner: has to be an address/],
  [
    'masternodes.1.signer',
    '0x1000000000000000000000000000000000000b01',
    /have to differ in signer/,
  ],
  ['masternodes', [], /masternodes: Too small/],
  ['founders.0.bps', 5999, /founders: have to share 10,000 basis points/],
  ['keyHolders.0.count', 99, /keyHolders: have 99 keys; the network grants 100/],
  ['priceSigners', [], /priceSigners: are 0; the network needs 1 to 1/],
  ['faucet', undefined, /faucet: is missing/],
  ['genesisTime', 0, /genesisTime: Too small/],
]

const reserved = Array.from({ length: 10 }, (_, index) =>
  getAddress(`0x4e5851${(index + 1).toString(16).padStart(34, '0')}`),
)

test.each(reserved)('the contract at %s owns nothing, however it is written', (contract) => {
  for (const owner of [contract, contract.toLowerCase()]) {
    const input = withValue(founders, 'owner', owner)
    expect(() => parseFounders(input, local)).toThrow(/owner: has to be an address/)
  }
})

test.each(badFounders)('founders with %s = %s are refused', (path, value, problem) => {
  expect(() => parseFounders(withValue(founders, path, value), local)).toThrow(problem)
})

test('all problems are named at once', () => {
  const input = withValue(withValue(parameters, 'chain.chainId', -1), 'devices', {})
  const error = catchError(() => parseParameters(input))
  expect(error).toBeInstanceOf(InvalidInputError)
  expect(error).toHaveProperty('problems', [
    expect.stringMatching(/^chain.chainId: /),
    expect.stringMatching(/^devices.measureSeconds: /),
    expect.stringMatching(/^devices.reorderSeconds: /),
  ])
})

/** A copy of some JSON with another value at a path like `kinds.0.name`. */
function withValue(json: unknown, path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(json)
  const names = path.split('.')
  let inner = copy as Record<string, unknown>
  for (const name of names.slice(0, -1)) inner = inner[name] as Record<string, unknown>
  inner[names.at(-1) ?? ''] = value
  return copy
}

function catchError(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return error
  }
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(contractsFolder, 'networks', `${name}.json`), 'utf8'))
}
