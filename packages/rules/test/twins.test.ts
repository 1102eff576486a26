import { hash } from 'node:crypto'

import { createInstanceKey, parseAddress, parseDeviceId, parsePeriod } from '@nexqloud/kernel'
import fc from 'fast-check'
import type { Hex } from 'viem'
import { beforeAll, expect, test } from 'vitest'

import {
  createEmissionSchedule,
  createLeafEncoder,
  createTree,
  fixPrice,
  InexactEmissionError,
  lowerScores,
  majorityOf,
  multiproofOf,
  PRICE_UNIT,
  quorumOf,
  rootOf,
  splitEmission,
  splitIncome,
} from '../src/index.ts'
import { createTwins, type Twins } from './twins.ts'

let twins: Twins

beforeAll(async () => {
  twins = await createTwins()
}, 60_000)

const bps = fc.integer({ min: 0, max: 10_000 })
const wei = fc.bigInt({ min: 0n, max: 2n ** 96n - 1n })
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const address = hexOf(20).map(parseAddress)
const instance = fc
  .tuple(address, fc.bigInt({ min: 0n, max: 2n ** 96n - 1n }))
  .map(([account, number]) => createInstanceKey(account, number))

test('a schedule emits the same before any period, and refuses the same periods', async () => {
  const seconds = fc.oneof(
    fc.constantFrom(...divisorsOf(1461 * 86_400)),
    fc.integer({ min: 1, max: 2 * 86_400 }),
  )
  await expectEqual(
    fc.tuple(seconds, fc.nat(2 ** 31)),
    ([periodSeconds]) => [['dividesExactly', [periodSeconds]]],
    ([periodSeconds]) => [isSchedule(periodSeconds)],
  )
  await expectEqual(
    fc.tuple(fc.constantFrom(300, 86_400), fc.nat(9)),
    ([periodSeconds, era]) => [['periodEmission', [era, periodSeconds]]],
    ([periodSeconds, era]) => {
      const first = parsePeriod((era * 1461 * 86_400) / periodSeconds)
      return [createEmissionSchedule(periodSeconds).emissionOf(first)]
    },
  )
  await expectEqual(
    fc.tuple(fc.constantFrom(300, 86_400), fc.nat(5_000_000)),
    ([periodSeconds, period]) => [['emittedBefore', [period, periodSeconds]]],
    ([periodSeconds, period]) => [
      createEmissionSchedule(periodSeconds).emittedBefore(parsePeriod(period)),
    ],
  )
})

test('what a tenant paid and what a period emits is divided the same, to the wei', async () => {
  await expectEqual(
    fc.tuple(wei, bps, bps, bps).filter(([, , a, b]) => a + b <= 10_000),
    ([paid, ownerBps, masternodeBps, reserveBps]) => [
      ['splitIncome', [{ ownerBps, masternodeBps, reserveBps }, paid]],
    ],
    ([paid, ownerBps, masternodeBps, reserveBps]) => [
      splitIncome(paid, { ownerBps, masternodeBps, reserveBps }),
    ],
  )
  await expectEqual(
    fc.tuple(wei, bps, bps).filter(([, a, b]) => a + b <= 10_000),
    ([emission, contributorsBps, validatorsBps]) => [
      ['splitEmission', [emission, contributorsBps, validatorsBps]],
    ],
    ([emission, contributorsBps, validatorsBps]) => {
      const { pot, validators, fund } = splitEmission(emission, { contributorsBps, validatorsBps })
      return [[pot, validators, fund]]
    },
  )
})

test('as many signatures settle a period', async () => {
  await expectEqual(
    fc.tuple(fc.nat(256), fc.nat(256)),
    (counts) => [['quorum', counts]],
    ([active, admitted]) => [[BigInt(quorumOf(active, admitted)), BigInt(majorityOf(admitted))]],
  )
})

test('the same price follows from the same quotes', async () => {
  const price = fc.bigInt({ min: 1n, max: 10n ** 24n })
  const last = fc.bigInt({ min: 1n, max: 10n ** 20n }).map((units) => units * PRICE_UNIT)
  await expectEqual(
    fc.tuple(last, fc.array(price, { minLength: 1, maxLength: 31 }), bps),
    ([previous, quotes, stepBps]) => [['nextPrice', [previous, quotes, stepBps]]],
    ([previous, quotes, stepBps]) => {
      const { weiPerMicroUsd, cut } = fixPrice(
        { weiPerMicroUsd: previous, cut: false, fixedAt: 0 },
        {
          quotes: quotes.map((quoted) => ({ weiPerMicroUsd: quoted, quotedAt: 0 })),
          terms: { stepBps, quotesNeeded: 1 },
          periodStart: 0,
        },
      )
      return [[weiPerMicroUsd, cut]]
    },
  )
})

test('two measurements in a row lower what counts as far', async () => {
  // Few values, so that some are equal.
  const score = fc.oneof(uint32, fc.nat(3))
  const scores = fc.record({
    cpu: score,
    memoryScore: score,
    storageScore: score,
    gpu: score,
    isp: score,
  })
  await expectEqual(
    fc.tuple(scores, scores, scores),
    (each) => [['loweredScores', each]],
    (each) => [lowerScores(...each)],
  )
})

test('every leaf hashes to the same', async () => {
  const uint16 = fc.integer({ min: 0, max: 65_535 })
  const token = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
  const encoder = createLeafEncoder()
  await expectEqual(
    fc.record({
      reward: fc.record({
        account: address,
        device: fc.integer({ min: 1, max: 2 ** 32 - 1 }).map(parseDeviceId),
        amount: wei,
        uptimeSeconds: uint32,
        scoreHundredths: uint16,
      }),
      bill: fc.record({ instance, token, seconds: uint32 }),
      credit: fc.record({ instance, month: uint32, amount: wei }),
    }),
    ({ reward, bill, credit }) => [
      ['rewardLeaf', [reward]],
      ['billLeaf', [{ ...bill, secondsSeen: bill.seconds }]],
      ['creditLeaf', [credit]],
    ],
    ({ reward, bill, credit }) => [
      leafHash(encoder.encodeReward(reward)),
      leafHash(encoder.encodeBill(bill)),
      leafHash(encoder.encodeCredit(credit)),
    ],
  )
})

test('any leaves of a tree are proven to the contract, and no others', async () => {
  const size = fc.integer({ min: 1, max: 40 })
  const picks = size.chain((count) =>
    fc.tuple(fc.constant(count), fc.subarray([...Array(count).keys()], { minLength: 1 })),
  )
  await expectEqual(
    picks,
    ([count, indices]) => {
      const { root, leaves, tree } = createSmallTree(count)
      const { nodes, flags } = multiproofOf(tree, indices)
      const proof = { nodes: nodes.map(toHex), flags }
      const chosen = indices.map((index) => leaves[index] as Hex)
      const forged = [leafHash(new Uint8Array([count])), ...chosen.slice(1)]
      return [
        ['isUnder', [root, chosen, proof]],
        ['isUnder', [root, forged, proof]],
      ]
    },
    () => [true, false],
  )
})

type Question = readonly [name: string, args: readonly unknown[]]

/** Asks the contracts, and expects the answers that the rules give. */
async function expectEqual<T>(
  inputs: fc.Arbitrary<T>,
  ask: (input: T) => readonly Question[],
  answersTo: (input: T) => readonly unknown[],
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      const answers = await Promise.all(ask(input).map(([name, args]) => twins.ask(name, args)))
      expect(answers).toEqual(answersTo(input))
    }),
  )
}

function isSchedule(periodSeconds: number): boolean {
  try {
    createEmissionSchedule(periodSeconds)
    return true
  } catch (error) {
    if (error instanceof InexactEmissionError) return false
    throw error
  }
}

function divisorsOf(whole: number): readonly number[] {
  const small = Array.from({ length: Math.floor(Math.sqrt(whole)) }, (_, index) => index + 1)
  return small.flatMap((number) => (whole % number === 0 ? [number, whole / number] : []))
}

function createSmallTree(count: number) {
  const encodings = Array.from({ length: count }, (_, index) => new Uint8Array(32).fill(index))
  const tree = createTree({
    leafCount: count,
    leafAt: (index) => encodings[index] ?? new Uint8Array(),
    keccak256: (bytes) => hash('keccak-256', bytes, 'buffer'),
  })
  return { tree, root: toHex(rootOf(tree)), leaves: encodings.map(leafHash) }
}

function leafHash(encoding: Uint8Array): Hex {
  return toHex(hash('keccak-256', hash('keccak-256', encoding, 'buffer'), 'buffer'))
}

function toHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes).toString('hex')}`
}

function hexOf(bytes: number): fc.Arbitrary<string> {
  return fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((value) => `0x${Buffer.from(value).toString('hex')}`)
}
