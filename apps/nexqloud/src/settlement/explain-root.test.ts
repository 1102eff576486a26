import { createInstanceKey, parseAddress, parseDeviceId, parsePeriod } from '@nexqloud/kernel'
import { createPeriodTree, rootOf, type PeriodLeaves } from '@nexqloud/rules'
import { bytesToHex } from 'viem'
import { expect, test } from 'vitest'

import { keccak256 } from '../keccak256.ts'
import { pathOf } from '../masternode/settlement-pages.ts'
import { explainRoot } from './explain-root.ts'
import { createMemorySource } from './file-source.ts'

const period = parsePeriod(5)
const account = parseAddress(`0x${'a'.repeat(40)}`)
const instance = createInstanceKey(account, 1n)
const reward = {
  account,
  device: parseDeviceId(7),
  amount: 10n ** 18n,
  uptimeSeconds: 300,
  scoreHundredths: 250,
}
const own: PeriodLeaves = {
  rewards: [reward],
  bills: [{ instance, token: 3n, seconds: 120 }],
  credits: [],
}
const told = `1 NXQ to ${account}, for 300 s at a score of 2.50`

test.each<[string, PeriodLeaves, string]>([
  [
    'a reward',
    { ...own, rewards: [{ ...reward, uptimeSeconds: 240 }] },
    `Under it, device 7 has 1 NXQ to ${account}, for 240 s at a score of 2.50; by the files it has ${told}.`,
  ],
  [
    'a reward that is missing',
    { ...own, rewards: [] },
    `Under it, device 7 has no leaf; by the files it has ${told}.`,
  ],
  [
    'a reward too many',
    { ...own, rewards: [reward, { ...reward, device: parseDeviceId(8) }] },
    `Under it, device 8 has ${told}; by the files it has none.`,
  ],
  [
    'a bill',
    { ...own, bills: [{ instance, token: 3n, seconds: 300 }] },
    `Under it, the lease 3 of ${instance} has 300 s; by the files it has 120 s.`,
  ],
  [
    'a credit',
    { ...own, credits: [{ instance, month: 0, amount: 5n * 10n ** 17n }] },
    `Under it, the credit of ${instance} for month 0 has 0.5 NXQ; by the files it has none.`,
  ],
])('%s is named', async (_, signed, text) => {
  expect(await explain(signed, [pagesOf(signed)])).toBe(text)
})

test('leaves that have another root, or are none, prove nothing', async () => {
  const signed = { ...own, rewards: [] }
  const nobody = 'Nobody gives the leaves that have it.'
  expect(await explain(signed, [pagesOf(own)])).toBe(nobody)
  expect(await explain(signed, [new Map([[pathOf.leaves(period), Buffer.from('{}')]])])).toBe(
    nobody,
  )
  expect(await explain(signed, [new Map()])).toBe(nobody)
})

test.each<[string, PeriodLeaves]>([
  ['an amount', { ...own, rewards: [{ ...reward, amount: 2n ** 96n }] }],
  ['seconds', { ...own, bills: [{ instance, token: 3n, seconds: 2 ** 32 }] }],
  ['a token', { ...own, bills: [{ instance, token: 2n ** 64n, seconds: 0 }] }],
  ['a score', { ...own, rewards: [{ ...reward, scoreHundredths: 2 ** 16 }] }],
  ['a month', { ...own, credits: [{ instance, month: 2 ** 32, amount: 1n }] }],
])('leaves with %s that no leaf holds are none, and the next one is asked', async (_, lie) => {
  const signed = { ...own, rewards: [] }
  expect(await explain(signed, [pagesOf(lie), pagesOf(signed)])).toContain('device 7 has no leaf')
})

test('a leaf that is there twice is named, and so is another order', async () => {
  const twice = { ...own, rewards: [{ ...reward, uptimeSeconds: 0 }, reward] }
  expect(await explain(twice, [pagesOf(twice)])).toBe('Under it, device 7 has more than one leaf.')
  const other = { ...reward, device: parseDeviceId(8) }
  const turned = { ...own, rewards: [other, reward] }
  expect(await explain(turned, [pagesOf(turned)], { ...own, rewards: [reward, other] })).toBe(
    'Under it, the leaves are in another order.',
  )
})

function explain(
  signed: PeriodLeaves,
  pages: readonly ReadonlyMap<string, Uint8Array>[],
  by = own,
): Promise<string> {
  const root = bytesToHex(rootOf(createPeriodTree(signed, keccak256)))
  const sources = pages.map((each, at) => createMemorySource(`Masternode ${at + 1}`, each))
  const doors = { sources, tell: () => {}, signal: new AbortController().signal }
  return explainRoot({ period, root }, { own: by, doors })
}

function pagesOf(leaves: PeriodLeaves): ReadonlyMap<string, Uint8Array> {
  const text = JSON.stringify(leaves, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  return new Map([[pathOf.leaves(period), Buffer.from(text)]])
}
