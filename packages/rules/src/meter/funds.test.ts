import fc from 'fast-check'
import { expect, test } from 'vitest'

import { dryAt, findRefusal, fundsAt, withLease, withoutLease, type Funds } from './funds.ts'

/** A micro-USD an hour costs a wei a second. */
const funds: Funds = {
  at: 1000,
  spendable: 6000n,
  rateSum: 10n,
  maxRate: 100n,
  isApproved: true,
  weiPerMicroUsd: 3600n,
  bufferSeconds: 60,
}

test('what runs takes from what is spendable as time passes, and nothing before it was read', () => {
  expect(fundsAt(funds, 1100)).toMatchObject({ at: 1100, spendable: 5000n })
  expect(fundsAt(funds, 900)).toBe(funds)
})

test('it is dry in the second in which nothing is left, at once where that has passed, never while nothing runs', () => {
  expect(dryAt(funds)).toBe(1600)
  expect(dryAt({ ...funds, spendable: -1n })).toBe(1000)
  expect(dryAt({ ...funds, rateSum: 0n })).toBeUndefined()
  expect(dryAt({ ...funds, spendable: 10n ** 30n })).toBeUndefined()
})

test('a lease needs a size that is sold, an approval, room below the limit, and its buffer', () => {
  expect(findRefusal(funds, 90n)).toBeUndefined()
  expect(findRefusal(funds, 0n)).toBe('TooLarge')
  expect(findRefusal({ ...funds, isApproved: false }, 90n)).toBe('NotApproved')
  expect(findRefusal(funds, 91n)).toBe('RateAboveLimit')
  expect(findRefusal({ ...funds, spendable: 5399n }, 90n)).toBe('FundsTooLow')
  expect(findRefusal(funds, 60n, 2)).toBe('FundsTooLow')
})

test('what opens and closes at once leaves everything as it was', () => {
  fc.assert(
    fc.property(
      fc.bigInt(1n, 10n ** 9n),
      fc.bigInt(-(10n ** 20n), 10n ** 20n),
      (rate, spendable) => {
        const before = { ...funds, spendable }
        expect(withoutLease(withLease(before, rate), rate)).toEqual(before)
      },
    ),
  )
})

test('a second before it is dry something is left, and a second after nothing', () => {
  fc.assert(
    fc.property(
      fc.bigInt(1n, 10n ** 20n),
      fc.bigInt(1n, 10n ** 9n),
      fc.bigInt(1n, 10n ** 6n),
      (spendable, rateSum, price) => {
        const some = { ...funds, spendable, rateSum, weiPerMicroUsd: price * 3600n }
        const dry = dryAt(some)
        if (dry === undefined) return
        expect(fundsAt(some, dry).spendable >= 0n).toBe(true)
        expect(fundsAt(some, dry + 1).spendable < 0n).toBe(true)
      },
    ),
  )
})
