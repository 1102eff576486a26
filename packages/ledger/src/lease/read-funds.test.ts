import { parseAddress } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import {
  instance,
  one,
  opened,
  openLeaseChain,
  other,
  type LeaseChain,
} from '../../test/lease-chain.ts'

test('of an account of which the chain says nothing new nothing is asked again', async () => {
  const { read, chain, asked } = openLeaseChain()
  await read([one])
  await read([one])
  expect(asked).toEqual([one])
  chain.write()
  await read([one, other])
  expect(asked).toEqual([one, other])
})

test('meanwhile what runs is taken off by the second', async () => {
  const { read, chain } = openLeaseChain()
  const before = (await read([one])).get(one)
  chain.nowMs += 10_000
  const after = (await read([one])).get(one)
  expect(after?.at).toBe(before!.at + 10)
  expect(after?.spendable).toBe(before!.spendable - 10n * 7n)
})

test('what has opened and closed is reckoned with, and not asked for', async () => {
  const { read, chain, asked } = openLeaseChain()
  const before = (await read([one])).get(one)!
  chain.nowMs += 10_000
  chain.write(opened(1n, { rate: 5n, startedAt: 1003n }))
  const during = (await read([one])).get(one)!
  expect(during.rateSum).toBe(12n)
  expect(during.spendable).toBe(before.spendable - 10n * 7n - 60n * 5n - 8n * 5n)
  chain.write(['LeaseClosed', { instance, token: 1n, hold: 35n, by: one }])
  const after = (await read([one])).get(one)!
  expect(after.rateSum).toBe(7n)
  expect(after.spendable).toBe(before.spendable - 10n * 7n - 7n * 5n)
  expect(asked).toEqual([one])
})

test('a lease from before the first question set aside what is not known: its account is asked for', async () => {
  const { read, chain, asked } = openLeaseChain()
  chain.write(opened(1n))
  await read([one, other])
  chain.nowMs += 10_000
  chain.write(['LeaseClosed', { instance, token: 1n, hold: 40n, by: one }])
  await read([one, other])
  expect(asked).toEqual([one, other, one])
})

test('who lasts for less than an hour is asked for once something was said of it', async () => {
  const { read, chain, asked } = openLeaseChain()
  chain.spendable = 7n * 3600n + 300n
  await read([one])
  chain.write(opened(1n))
  await read([one])
  expect(asked).toEqual([one, one])
})

test.each([
  ['Deposited', { account: one, from: other, amount: 5n }],
  ['LimitsChanged', { account: one, maxTotal: 5n, maxRate: 5n }],
  ['Approved', { account: one, masternode: 1 }],
  ['Revoked', { account: one, masternode: 1 }],
  ['WithdrawalAnnounced', { account: one, leaving: 5n, time: 5n }],
  ['WithdrawalCancelled', { account: one, amount: 5n }],
  ['LeavingUsed', { account: one, amount: 5n }],
  ['LeaseBilled', { instance, token: 1n, period: 0n, billedSeconds: 5n, paid: 5n }],
  ['LeaseUnderpaid', { instance, token: 1n, period: 0n, shortfall: 5n }],
  ['ClosingRewarded', { instance, token: 1n, closer: other, amount: 5n }],
] as const)('after %s an account is asked for again, and no other one', async (name, args) => {
  const { read, chain, asked } = openLeaseChain()
  await read([one, other])
  chain.write([name, args])
  await read([one, other])
  expect(asked).toEqual([one, other, one])
})

test('after what was refused nobody is asked for', async () => {
  const { read, chain, asked } = openLeaseChain()
  await read([one])
  chain.write(['OpeningRefused', { instance, token: 1n, reason: 9 }])
  await read([one])
  expect(asked).toEqual([one])
})

test.each<[string, (chain: LeaseChain) => void]>([
  ['the price of a new period is another one', (chain) => (chain.price = 7200n)],
  ['nobody looked for a whole period', (chain) => (chain.nowMs += 300_000)],
  ['the masternode is another one', (chain) => (chain.id = 2)],
])('all are asked for again where %s', async (_, change) => {
  const { read, chain, asked } = openLeaseChain()
  await read([one])
  chain.nowMs += 300_000
  chain.write()
  await read([one])
  expect(asked).toEqual([one])
  chain.nowMs += 300_000
  change(chain)
  chain.write()
  await read([one])
  expect(asked).toEqual([one, one])
})

test('all are asked for again where terms have changed, and what opens from then on is reckoned by the new ones', async () => {
  const { read, chain, asked } = openLeaseChain()
  await read([one])
  chain.bufferSeconds = 120
  chain.write(['TermsChanged', { bufferSeconds: 120n, delaySeconds: 60n, closingRewardBps: 0n }])
  const before = (await read([one])).get(one)!
  expect(asked).toEqual([one, one])
  chain.nowMs += 1000
  chain.write(opened(1n, { rate: 5n, startedAt: 1001n }))
  const after = (await read([one])).get(one)!
  expect(before.spendable - after.spendable).toBe(7n + 120n * 5n + 5n)
  expect(asked).toEqual([one, one])
})

test('what is said while an account is asked for is not lost', async () => {
  const { read, chain, asked, follower } = openLeaseChain()
  chain.onAsked = async () => {
    chain.onAsked = undefined
    chain.write(opened(1n))
    await follower.catchUp()
  }
  await read([one])
  await read([one])
  expect(asked).toEqual([one, one])
})

test('nor are terms that change meanwhile', async () => {
  const { read, chain, asked, follower } = openLeaseChain()
  chain.onAsked = async () => {
    chain.onAsked = undefined
    chain.write(['TermsChanged', { bufferSeconds: 60n, delaySeconds: 60n, closingRewardBps: 0n }])
    await follower.catchUp()
  }
  await read([one])
  await read([one])
  expect(asked).toEqual([one, one])
})

test('who looks at the same time takes nothing in twice', async () => {
  const { read, chain, follower } = openLeaseChain()
  await read([one])
  chain.write(opened(1n, { rate: 5n }))
  const [funds] = await Promise.all([read([one]), follower.catchUp(), read([one])])
  expect(funds.get(one)?.rateSum).toBe(12n)
  expect((await read([one])).get(one)?.rateSum).toBe(12n)
  expect(follower.book.changes).toEqual([instance])
})

test('where an answer is missing, what was said at the same time is reckoned with once', async () => {
  const { read, chain } = openLeaseChain()
  const before = (await read([one])).get(one)!
  chain.nowMs += 10_000
  chain.write(opened(1n, { rate: 5n, startedAt: 1010n }))
  chain.id = undefined
  await expect(read([one])).rejects.toThrow('No answer.')
  chain.id = 1
  const after = (await read([one])).get(one)!
  expect(after.rateSum).toBe(12n)
  expect(after.spendable).toBe(before.spendable - 10n * 7n - 60n * 5n - 5n)
})

test('who was not asked for in an hour is, a few at once', async () => {
  const { read, chain, asked } = openLeaseChain()
  const many = Array.from({ length: 25 }, (_, index) => {
    return parseAddress(`0x${String(index).padStart(40, '0')}`)
  })
  await read(many)
  chain.nowMs += 3_600_000
  for (const sum of [35, 45, 50, 50]) {
    await read(many)
    expect(asked).toHaveLength(sum)
  }
})

test('where the masternode is not active, nobody has refused it', async () => {
  const { read, chain } = openLeaseChain()
  chain.id = 0
  chain.isApproved = false
  expect((await read([one])).get(one)?.isApproved).toBe(true)
  chain.id = 1
  chain.write()
  expect((await read([one])).get(one)?.isApproved).toBe(false)
})
