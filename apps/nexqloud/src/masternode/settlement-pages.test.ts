import { parseAddress, parseDeviceId, parseInstanceKey, parsePeriod } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { createSettlementPages, parseLeavesPage, parseRootPage } from './settlement-pages.ts'

const period = parsePeriod(3)
const hash = `0x${'a'.repeat(64)}` as const
const signed = { period, root: hash, rewards: 10n ** 19n, inputs: hash, signature: '0x01' } as const
const leaves = {
  rewards: [
    {
      account: parseAddress(`0x${'b'.repeat(40)}`),
      device: parseDeviceId(1),
      amount: 2n ** 90n,
      uptimeSeconds: 300,
      scoreHundredths: 100,
    },
  ],
  bills: [{ instance: parseInstanceKey(hash), token: 2n ** 60n, seconds: 0 }],
  credits: [],
}
const pages = createSettlementPages({
  shelf: { read: async (name) => (name === hash ? Buffer.from('file') : undefined) },
  settler: {
    rootOf: (of) => (of === period ? signed : undefined),
    leavesOf: (of) => (of === period ? leaves : undefined),
  },
})

test('what one masternode serves another reads as it was', async () => {
  const [file, root, computed] = await Promise.all(
    [`/files/${hash}`, '/roots/3', '/leaves/3'].map((path) => pages(path)),
  )
  expect(String(file?.body)).toBe('file')
  expect(parseRootPage(root?.body ?? Buffer.of())).toEqual(signed)
  expect(parseLeavesPage(computed?.body ?? Buffer.of())).toEqual(leaves)
})

test('what is something else is read as nothing', () => {
  const [reward] = leaves.rewards
  const nobody = { ...leaves, bills: [], rewards: [{ ...reward, device: 0, amount: '1' }] }
  for (const text of [
    JSON.stringify(nobody),
    '',
    '{}',
    '[1]',
    '{"period":-1}',
    JSON.stringify({ ...signed, rewards: 1, period: 1.5 }),
  ]) {
    expect(parseRootPage(Buffer.from(text))).toBeUndefined()
    expect(parseLeavesPage(Buffer.from(text))).toBeUndefined()
  }
})

test('a list of a million wrong leaves is wrong at the first of them', () => {
  const wrong = `{"rewards":[${'{},'.repeat(1_000_000)}{}],"bills":[],"credits":[]}`
  expect(parseLeavesPage(Buffer.from(wrong))).toBeUndefined()
})
