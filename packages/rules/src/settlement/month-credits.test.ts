import { createInstanceKey, parseAddress, parsePeriod } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  claimableCredit,
  createCalendar,
  creditedMonth,
  darkSeconds,
  monthCredits,
  splitIncome,
  type InstanceMonth,
} from '../index.ts'

const instance = createInstanceKey(parseAddress(`0x${'a'.repeat(40)}`), 1n)
const MONTH = 30 * 86_400

const someShares = fc.record({
  ownerBps: fc.integer({ min: 5000, max: 10_000 }),
  masternodeBps: fc.integer({ min: 0, max: 9000 }),
  reserveBps: fc.constant(1000),
})

const someMonth = fc
  .record({
    charge: fc.bigInt({ min: 0n, max: 10n ** 24n }),
    seenSeconds: fc.integer({ min: 0, max: MONTH }),
    downSeconds: fc.oneof(fc.nat(5000), fc.integer({ min: 0, max: MONTH })),
    shares: someShares,
    creditedBps: fc.bigInt({ min: 0n, max: 10_000n }),
  })
  .map(({ charge, shares, creditedBps, ...seconds }) => {
    const received = splitIncome(charge, shares).network
    const credited = (received * creditedBps) / 10_000n
    const month: InstanceMonth = { instance, month: 4, charge, received, credited, ...seconds }
    return { month, shares }
  })

test('a credit is never above what was charged, and an instance that was never down has none', () => {
  fc.assert(
    fc.property(someMonth, ({ month }) => {
      for (const { amount } of monthCredits([month])) expect(amount <= month.charge).toBe(true)
      expect(monthCredits([{ ...month, downSeconds: 0 }])).toEqual([])
    }),
  )
})

test('whoever is tenant and owner of the device at once gets back less than was paid', () => {
  fc.assert(
    fc.property(someMonth, ({ month, shares }) => {
      const { owner, masternode } = splitIncome(month.charge, shares)
      const [leaf] = monthCredits([month])
      const credit = month.credited + claimableCredit(leaf?.amount ?? 0n, month)
      expect(owner + masternode + credit <= month.charge).toBe(true)
      expect(credit <= month.received).toBe(true)
    }),
  )
})

test('a credit that was paid has no leaf, and one that was paid in part has all of it', () => {
  fc.assert(
    fc.property(someMonth, ({ month }) => {
      const [leaf] = monthCredits([{ ...month, credited: 0n }])
      if (leaf === undefined) return
      const most = leaf.amount < month.received ? leaf.amount : month.received
      expect(monthCredits([{ ...month, credited: most }])).toEqual([])
      expect(monthCredits([{ ...month, credited: most - 1n }])).toEqual([leaf])
    }),
  )
})

test('three quarters of an hour in a month give a tenth, eight hours a quarter, two days all', () => {
  const creditFor = (downSeconds: number): bigint | undefined => {
    const seenSeconds = MONTH - downSeconds
    const money = { charge: 1000n, received: 1000n, credited: 0n }
    return monthCredits([{ instance, month: 0, seenSeconds, downSeconds, ...money }])[0]?.amount
  }
  expect(creditFor(43 * 60)).toBeUndefined()
  expect(creditFor(44 * 60)).toBe(100n)
  expect(creditFor(8 * 3600)).toBe(250n)
  expect(creditFor(2 * 86_400)).toBe(1000n)
})

test('an instance of which the network has nothing has no leaf: nothing could be paid by it', () => {
  const money = { charge: 1000n, received: 0n, credited: 0n }
  const seconds = { seenSeconds: 1, downSeconds: MONTH }
  expect(monthCredits([{ instance, month: 0, ...seconds, ...money }])).toEqual([])
})

test.each([
  ['a local network', 300],
  ['the main network', 86_400],
])('a month is credited by fifteen periods after it, on %s', (_, periodSeconds) => {
  const calendar = createCalendar({ genesisTime: 1_800_000_000, periodSeconds })
  const ofMonth = MONTH / periodSeconds
  const monthAt = (period: number) => creditedMonth(calendar, parsePeriod(period))
  const periods = Array.from({ length: 30 }, (_unused, at) => ofMonth - 1 + at)
  const credited = periods.filter((period) => monthAt(period) === 0)
  expect([credited[0], credited.at(-1), credited.length]).toEqual([ofMonth + 3, ofMonth + 17, 15])
  expect(monthAt(5)).toBeUndefined()
  expect(monthAt(2 * ofMonth + 10)).toBe(1)
})

test('what was not seen before a lease ended counts up to a minute', () => {
  expect(darkSeconds(300, 265)).toBe(35)
  expect(darkSeconds(300, 0)).toBe(60)
  expect(darkSeconds(20, 20)).toBe(0)
  expect(darkSeconds(20, 25)).toBe(0)
})
