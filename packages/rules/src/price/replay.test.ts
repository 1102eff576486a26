import { parseAddress, parsePeriod, type Address } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  changePriceTerms,
  createCalendar,
  createPriceHistory,
  dropQuote,
  fillPrices,
  integralAt,
  isFirm,
  priceIn,
  quotePrice,
  type Calendar,
} from '../index.ts'

const genesisTime = 1_000_000
const firstPrice = 36_000n
const signers = [1, 2, 3, 4, 5].map((id) => parseAddress(`0x${String(id).padStart(40, '0')}`))

/** Something that happens `waitSeconds` after what happened before. */
const event = fc.record({
  waitSeconds: fc.oneof(fc.nat(400), fc.nat(8000), fc.constantFrom(0, 300, 3600, 3601, 86_400)),
  signer: fc.constantFrom(...signers),
  what: fc.oneof(
    { weight: 8, arbitrary: fc.bigInt({ min: 1n, max: 90_000n }) },
    { weight: 1, arbitrary: fc.constant('drop' as const) },
    { weight: 1, arbitrary: fc.constant('terms' as const) },
    { weight: 1, arbitrary: fc.constant('fill' as const) },
  ),
})
const script = fc.array(event, { maxLength: 40, size: 'max' })

test('every price, every sum and every firmness is that of a replay of each period from all events before it', () => {
  fc.assert(
    fc.property(script, fc.constantFrom(300, 3600, 86_400), (events, periodSeconds) => {
      const calendar = createCalendar({ genesisTime, periodSeconds })
      const { history, end } = play(calendar, events)
      const filled = fillPrices(history, end)
      const naive = replay(events, { periodSeconds, end })
      const prices = naive.prices.map((_, index) => priceIn(filled, parsePeriod(index)))
      expect(prices).toEqual(naive.prices)
      expect(filled.filledThrough).toBe(naive.prices.length - 1)
      expect(isFirm(filled, end)).toBe(naive.isFirm)
      let sum = 0n
      const sums = naive.prices.map((price) => (sum += price * BigInt(periodSeconds)))
      const found = sums.map((_, index) =>
        integralAt(filled, genesisTime + (index + 1) * periodSeconds),
      )
      expect(found).toEqual(sums)
    }),
    { numRuns: 150 },
  )
})

type Event = typeof event extends fc.Arbitrary<infer T> ? T : never

const first = { quotesNeeded: 1, stepBps: 2000 }
const second = { quotesNeeded: 3, stepBps: 500 }

/** Plays the events; `end` is the time of the last one. */
function play(calendar: Calendar, events: readonly Event[]) {
  let history = createPriceHistory({ calendar, terms: first, firstPrice })
  let end = genesisTime
  for (const { waitSeconds, signer: by, what } of events) {
    end += waitSeconds
    if (what === 'fill') history = fillPrices(history, end)
    else if (what === 'drop') history = dropQuote(history, by, end)
    else if (what === 'terms') history = changePriceTerms(history, second, end)
    else history = quotePrice(history, by, { weiPerMicroUsd: what, quotedAt: end })
  }
  return { history, end }
}

/** Each period by itself: what all events before its start left, and no other memory than the price before. */
function replay(
  events: readonly Event[],
  { periodSeconds, end }: { readonly periodSeconds: number; readonly end: number },
) {
  const prices = [firstPrice]
  let [fixedAt, isCut] = [genesisTime, false]
  for (let start = genesisTime + periodSeconds; start <= end; start += periodSeconds) {
    const { fresh, terms } = standingAt(events, start)
    const previous = prices.at(-1) ?? 0n
    if (fresh.length < terms.quotesNeeded) {
      prices.push(previous)
      continue
    }
    const sorted = fresh.toSorted((a, b) => Number(a - b))
    const wanted = inUnits(sorted[Math.ceil(sorted.length / 2) - 1] ?? 0n)
    const step = inUnits((previous * BigInt(terms.stepBps)) / 10_000n)
    const leap = wanted > previous ? previous + step : previous - step
    isCut = wanted > previous ? leap < wanted : leap > wanted
    prices.push(isCut ? leap : wanted)
    fixedAt = start
  }
  return { prices, isFirm: !isCut && end - fixedAt <= 2 * 86_400 }
}

/** Fresh quotes and terms at a period's start: what happens in that second counts later. */
function standingAt(events: readonly Event[], start: number) {
  const quotes = new Map<Address, { readonly wei: bigint; readonly at: number }>()
  let [terms, at] = [first, genesisTime]
  for (const { waitSeconds, signer: by, what } of events) {
    at += waitSeconds
    if (at >= start) break
    if (what === 'drop') quotes.delete(by)
    else if (what === 'terms') terms = second
    else if (what !== 'fill') quotes.set(by, { wei: what, at })
  }
  const fresh = [...quotes.values()].filter((quoted) => start - quoted.at <= 3600)
  return { fresh: fresh.map(({ wei }) => wei), terms }
}

/** Rounded down to 3,600, but at least that. */
function inUnits(value: bigint): bigint {
  return value < 3600n ? 3600n : (value / 3600n) * 3600n
}
