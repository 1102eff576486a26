import fc from 'fast-check'
import { expect, test } from 'vitest'

import { fixPrice, PRICE_UNIT, type FixedPrice, type Quote } from '../index.ts'

const now = 1_000_000
const units = fc.bigInt({ min: 1n, max: 10n ** 18n })
const previous: fc.Arbitrary<FixedPrice> = units.map((count) => ({
  weiPerMicroUsd: count * PRICE_UNIT,
  cut: false,
  fixedAt: 0,
}))
const quoted = fc.oneof(
  fc.bigInt({ min: 1n, max: 20_000n }),
  fc.bigInt({ min: 1n, max: 10n ** 22n }),
)
const stepBps = fc.integer({ min: 500, max: 5000 })

test('a price is a multiple of 3,600 of at least 3,600, at most one step from the one before, cut where that is not the median', () => {
  fc.assert(
    fc.property(previous, fc.array(quoted, { minLength: 1 }), stepBps, (before, values, bps) => {
      const terms = { stepBps: bps, quotesNeeded: 1 }
      const next = fixPrice(before, { quotes: freshQuotes(values), terms, periodStart: now })
      const { weiPerMicroUsd: price, cut } = next
      expect(price % PRICE_UNIT).toBe(0n)
      expect(price >= PRICE_UNIT).toBe(true)
      const part = (before.weiPerMicroUsd * BigInt(bps)) / 10_000n
      const step = part < PRICE_UNIT ? PRICE_UNIT : part
      const moved = price - before.weiPerMicroUsd
      expect(moved <= step && -moved <= step).toBe(true)
      const sorted = values.toSorted((a, b) => Number(a - b))
      const median = sorted[Math.floor((values.length - 1) / 2)] ?? 0n
      const wanted = median < PRICE_UNIT ? PRICE_UNIT : median - (median % PRICE_UNIT)
      expect(cut).toBe(price !== wanted)
    }),
  )
})

test('of five quotes two that lie cannot move the price past what the others said', () => {
  const honest = fc.array(units, { minLength: 3, maxLength: 3 })
  const lies = fc.array(quoted, { minLength: 2, maxLength: 2 })
  fc.assert(
    fc.property(honest, lies, (told, lied) => {
      const values = told.map((count) => count * PRICE_UNIT)
      const sorted = values.toSorted((a, b) => (a < b ? -1 : 1))
      const [lowest = 0n, , highest = 0n] = sorted
      const before = { weiPerMicroUsd: sorted[1] ?? 0n, cut: false, fixedAt: 0 }
      const { weiPerMicroUsd: price } = fixPrice(before, {
        quotes: freshQuotes([...values, ...lied]),
        terms: { stepBps: 5000, quotesNeeded: 5 },
        periodStart: now,
      })
      expect(price >= lowest && price <= highest).toBe(true)
    }),
  )
})

const steady: FixedPrice = { weiPerMicroUsd: 36_000_000n, cut: true, fixedAt: 5 }

test('a quote counts from its second until an hour later', () => {
  const priceFrom = (quotedAt: number) =>
    fixPrice(steady, {
      quotes: [{ weiPerMicroUsd: 37_000_000n, quotedAt }],
      terms: { stepBps: 2000, quotesNeeded: 1 },
      periodStart: now,
    })
  const moved = { weiPerMicroUsd: 36_997_200n, cut: false, fixedAt: now }
  expect(priceFrom(now)).toEqual(moved)
  expect(priceFrom(now - 3600)).toEqual(moved)
  expect(priceFrom(now + 1)).toBe(steady)
  expect(priceFrom(now - 3601)).toBe(steady)
})

test('too few fresh quotes keep the price as it was, with its age and its cut', () => {
  const quotes = freshQuotes([1n, 1n, 1n, 1n])
  const terms = { stepBps: 2000, quotesNeeded: 5 }
  expect(fixPrice(steady, { quotes, terms, periodStart: now })).toBe(steady)
})

test('a price that is very low can still rise: the step is 3,600 wei at least', () => {
  const lowest = { weiPerMicroUsd: PRICE_UNIT, cut: false, fixedAt: 0 }
  const terms = { stepBps: 500, quotesNeeded: 1 }
  const priceOf = (value: bigint) =>
    fixPrice(lowest, { quotes: freshQuotes([value]), terms, periodStart: now })
  expect(priceOf(10n ** 6n)).toEqual({ weiPerMicroUsd: 7200n, cut: true, fixedAt: now })
  expect(priceOf(1n)).toEqual({ weiPerMicroUsd: PRICE_UNIT, cut: false, fixedAt: now })
})

function freshQuotes(values: readonly bigint[]): readonly Quote[] {
  return values.map((weiPerMicroUsd) => ({ weiPerMicroUsd, quotedAt: now }))
}
