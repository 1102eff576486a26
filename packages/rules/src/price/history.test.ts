import { parseAddress, parsePeriod } from '@nexqloud/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  changePriceTerms,
  createCalendar,
  createPriceHistory,
  dropQuote,
  fillPrices,
  integralAt,
  InvalidFirstPriceError,
  InvalidQuoteError,
  isFirm,
  periodOf,
  priceIn,
  quotePrice,
  type PriceHistory,
} from '../index.ts'

const genesisTime = 1_700_000_000
const firstPrice = 36_000_000n
const signers = [1, 2, 3].map((id) => parseAddress(`0x${String(id).padStart(40, '0')}`))

/** A story: after some seconds a signer quotes some per cent of the first price. */
const story = fc.array(
  fc.record({
    afterSeconds: fc.oneof(fc.nat(400), fc.nat(200_000)),
    signer: fc.constantFrom(...signers),
    perCent: fc.bigInt({ min: 1n, max: 400n }),
  }),
  { maxLength: 12 },
)

describe.each([86_400, 3600, 300])('with periods of %s s', (periodSeconds) => {
  test('filling at the end gives what filling at every period gives', () => {
    fc.assert(
      fc.property(story, (events) => {
        const lazy = tell(setup(periodSeconds), events)
        const eager = tell(setup(periodSeconds), events, fillEveryPeriod)
        const end = lazy.time + 3 * periodSeconds
        expect(fillPrices(lazy.history, end)).toEqual(fillEveryPeriod(eager.history, end))
      }),
      { numRuns: 30 },
    )
  })

  test('the integral is the sum of price × seconds, period by period', () => {
    fc.assert(
      fc.property(story, fc.nat(), (events, back) => {
        const { history: told, time } = tell(setup(periodSeconds), events)
        const history = fillPrices(told, time)
        const until = time - (back % (time - genesisTime + 1))
        let sum = 0n
        for (let at = genesisTime; at < until;) {
          const period = periodOf(history.calendar, at)
          const end = Math.min(until, genesisTime + (period + 1) * periodSeconds)
          sum += priceIn(history, period) * BigInt(end - at)
          at = end
        }
        expect(integralAt(history, until)).toBe(sum)
      }),
      { numRuns: 30 },
    )
  })
})

test('a price that is fixed does not change, whatever is quoted later', () => {
  fc.assert(
    fc.property(story, story, (before, after) => {
      const past = tell(setup(3600), before)
      const known = fillPrices(past.history, past.time)
      const later = tell({ ...past, history: known }, after).history
      for (let index = 0; index <= known.filledThrough; index += 1) {
        const period = parsePeriod(index)
        expect(priceIn(later, period)).toBe(priceIn(known, period))
      }
    }),
    { numRuns: 30 },
  )
})

test('a price is firm for two days after the start of the last period with fresh quotes', () => {
  const [signer = absent] = signers
  const start = genesisTime + 86_400
  const quoted = quotePrice(setup(86_400).history, signer, {
    weiPerMicroUsd: firstPrice,
    quotedAt: start - 60,
  })
  const at = (time: number) => isFirm(fillPrices(quoted, time), time)
  expect(at(start)).toBe(true)
  expect(at(start + 2 * 86_400)).toBe(true)
  expect(at(start + 2 * 86_400 + 1)).toBe(false)
})

test('a price that the step cut is not firm, and becomes so once it has caught up', () => {
  const [signer = absent] = signers
  let { history } = setup(3600)
  const firm: boolean[] = []
  for (let hour = 1; hour <= 3; hour += 1) {
    const time = genesisTime + hour * 3600
    const quote = { weiPerMicroUsd: (firstPrice * 130n) / 100n, quotedAt: time - 1 }
    history = fillPrices(quotePrice(history, signer, quote), time)
    firm.push(isFirm(history, time))
  }
  expect(firm).toEqual([false, true, true])
  expect(priceIn(history, parsePeriod(1))).toBe(43_200_000n)
  expect(priceIn(history, parsePeriod(2))).toBe(46_800_000n)
})

test('a signer that is dropped has no quote, and other terms hold from the next period on', () => {
  const [signer = absent] = signers
  const quote = { weiPerMicroUsd: 10n * firstPrice, quotedAt: genesisTime + 10 }
  const quoted = quotePrice(setup(3600).history, signer, quote)
  const next = genesisTime + 3600
  expect(priceIn(fillPrices(dropQuote(quoted, signer, next - 1), next), parsePeriod(1))).toBe(
    firstPrice,
  )
  const wide = changePriceTerms(quoted, { stepBps: 5000, quotesNeeded: 1 }, next - 1)
  expect(priceIn(fillPrices(wide, next), parsePeriod(1))).toBe((firstPrice * 3n) / 2n)
  const late = changePriceTerms(quoted, { stepBps: 5000, quotesNeeded: 1 }, next)
  expect(priceIn(late, parsePeriod(1))).toBe((firstPrice * 6n) / 5n)
})

test.each([0n, -1n, 10n ** 24n + 1n])('%s is no quote', (weiPerMicroUsd) => {
  const quote = { weiPerMicroUsd, quotedAt: genesisTime }
  expect(() => quotePrice(setup(300).history, absent, quote)).toThrow(InvalidQuoteError)
})

test('a first price that is no multiple of 3,600 is refused', () => {
  const calendar = createCalendar({ genesisTime, periodSeconds: 300 })
  const start = { calendar, terms: { stepBps: 2000, quotesNeeded: 1 }, firstPrice: 3601n }
  expect(() => createPriceHistory(start)).toThrow(InvalidFirstPriceError)
})

const absent = parseAddress(`0x${'0'.repeat(40)}`)

type Told = { readonly history: PriceHistory; readonly time: number }
type Events = readonly {
  readonly afterSeconds: number
  readonly signer: (typeof signers)[number]
  readonly perCent: bigint
}[]

type Before = (history: PriceHistory, time: number) => PriceHistory

function tell(start: Told, events: Events, before: Before = (history) => history) {
  return events.reduce<Told>(({ history, time }, { afterSeconds, signer, perCent }) => {
    const quotedAt = time + afterSeconds
    const quote = { weiPerMicroUsd: (firstPrice * perCent) / 100n + 1n, quotedAt }
    return { history: quotePrice(before(history, quotedAt), signer, quote), time: quotedAt }
  }, start)
}

function fillEveryPeriod(history: PriceHistory, time: number): PriceHistory {
  const { periodSeconds } = history.calendar
  let filled = history
  for (let at = genesisTime; at <= time; at += periodSeconds) filled = fillPrices(filled, at)
  return fillPrices(filled, time)
}

function setup(periodSeconds: number): Told {
  const calendar = createCalendar({ genesisTime, periodSeconds })
  const terms = { stepBps: 2000, quotesNeeded: 1 }
  return { history: createPriceHistory({ calendar, terms, firstPrice }), time: genesisTime }
}
