import { BaseError, parsePeriod, type Address, type Period } from '@nexqloud/kernel'

import { DAY_SECONDS, periodOf, periodStart, type Calendar } from '../calendar.ts'
import {
  fixPrice,
  FRESH_SECONDS,
  PRICE_UNIT,
  type FixedPrice,
  type PriceTerms,
  type Quote,
} from './fix-price.ts'

/** How old a price may be to sell keys and open leases: 2 days. */
const FIRM_SECONDS = 2 * DAY_SECONDS

/** 10²⁴ wei for a millionth of a dollar: far past any use, and no sum of it overflows 128 bits. */
const MAX_QUOTE = 10n ** 24n

/** From which period on a price holds. */
type PriceEntry = {
  readonly period: Period
  readonly weiPerMicroUsd: bigint
  /** Sum of price × seconds from genesis to that period's start. */
  readonly integral: bigint
}

/** All prices of NXQ since genesis, and the quotes that the next one follows from. */
export type PriceHistory = {
  readonly calendar: Calendar
  readonly terms: PriceTerms
  readonly quotes: ReadonlyMap<Address, Quote>
  /** One for each period whose price differs from the one before; the first is period 0. */
  readonly entries: readonly PriceEntry[]
  /** Last period whose price is fixed. */
  readonly filledThrough: Period
  readonly latest: FixedPrice
}

/** A quote of nothing, or of more than any use. */
export class InvalidQuoteError extends BaseError {
  constructor(weiPerMicroUsd: bigint) {
    super(`${weiPerMicroUsd} wei for a millionth of a dollar is no quote.`, {
      code: 'RULES_QUOTE_INVALID',
      kind: 'invalid',
      hint: 'Quote between 1 and 10²⁴ wei.',
    })
  }
}

/** A first price that hourly rates cannot be charged by, or of more than any use. */
export class InvalidFirstPriceError extends BaseError {
  constructor(weiPerMicroUsd: bigint) {
    super(`A network cannot begin with ${weiPerMicroUsd} wei for a millionth of a dollar.`, {
      code: 'RULES_FIRST_PRICE_INVALID',
      kind: 'invalid',
      hint: `Take a multiple of ${PRICE_UNIT} between ${PRICE_UNIT} and 10²⁴ wei.`,
    })
  }
}

/** What a network's prices begin with. */
export type PriceStart = {
  readonly calendar: Calendar
  readonly terms: PriceTerms
  /** Price of period 0, in wei per micro-USD. */
  readonly firstPrice: bigint
}

/**
 * Returns the history of a network at genesis.
 *
 * @throws {@link InvalidFirstPriceError} where the first price is 0, more than 10²⁴, or no multiple of {@link PRICE_UNIT}.
 */
export function createPriceHistory({ calendar, terms, firstPrice }: PriceStart): PriceHistory {
  if (firstPrice % PRICE_UNIT !== 0n || !isQuote(firstPrice)) {
    throw new InvalidFirstPriceError(firstPrice)
  }
  const period = parsePeriod(0)
  return {
    calendar,
    terms,
    quotes: new Map(),
    entries: [{ period, weiPerMicroUsd: firstPrice, integral: 0n }],
    filledThrough: period,
    latest: { weiPerMicroUsd: firstPrice, cut: false, fixedAt: calendar.genesisTime },
  }
}

/**
 * Returns the history with the price of every period fixed that has started at `time`. Whatever changes a quote, a signer
 * or the terms fills first, so a price follows from what was known at its period's start. A run of periods without fresh
 * quotes costs nothing: at most an hour's periods are looked at.
 */
export function fillPrices(history: PriceHistory, time: number): PriceHistory {
  const { calendar, terms, quotes } = history
  const current = periodOf(calendar, time)
  if (current <= history.filledThrough) return history
  const newest = Math.max(
    calendar.genesisTime,
    ...[...quotes.values()].map(({ quotedAt }) => quotedAt),
  )
  const last = Math.min(current, periodOf(calendar, newest + FRESH_SECONDS))
  const added: PriceEntry[] = []
  let { latest } = history
  for (let index = history.filledThrough + 1; index <= last; index += 1) {
    const period = parsePeriod(index)
    const start = periodStart(calendar, period)
    const next = fixPrice(latest, { quotes: quotes.values(), terms, periodStart: start })
    if (next.weiPerMicroUsd !== latest.weiPerMicroUsd) {
      const before = added.at(-1) ?? newestEntry(history)
      const { weiPerMicroUsd } = next
      added.push({ period, weiPerMicroUsd, integral: integralIn(calendar, before, start) })
    }
    latest = next
  }
  const entries = added.length === 0 ? history.entries : [...history.entries, ...added]
  return { ...history, entries, latest, filledThrough: current }
}

/**
 * Returns the history, filled up to the quote's time, with a signer's quote in the place of its earlier one.
 *
 * @throws {@link InvalidQuoteError} where it is 0 or more than 10²⁴.
 */
export function quotePrice(history: PriceHistory, signer: Address, quote: Quote): PriceHistory {
  if (!isQuote(quote.weiPerMicroUsd)) throw new InvalidQuoteError(quote.weiPerMicroUsd)
  const filled = fillPrices(history, quote.quotedAt)
  return { ...filled, quotes: new Map(filled.quotes).set(signer, quote) }
}

/** Returns the history, filled up to `time`, without the quote of a signer that is none any more. */
export function dropQuote(history: PriceHistory, signer: Address, time: number): PriceHistory {
  const filled = fillPrices(history, time)
  return { ...filled, quotes: new Map([...filled.quotes].filter(([other]) => other !== signer)) }
}

/** Returns the history, filled up to `time`, with other terms from then on. */
export function changePriceTerms(
  history: PriceHistory,
  terms: PriceTerms,
  time: number,
): PriceHistory {
  return { ...fillPrices(history, time), terms }
}

/** Returns a period's price in wei per micro-USD; one that is not filled yet counts at the newest price. */
export function priceIn(history: PriceHistory, period: Period): bigint {
  return entryAt(history, period).weiPerMicroUsd
}

/**
 * Returns the running sum of price × seconds from genesis to `time`, so that a sum of money over any time is two look-ups.
 * What lies after the last filled period counts at the newest price.
 */
export function integralAt(history: PriceHistory, time: number): bigint {
  const { calendar } = history
  return integralIn(calendar, entryAt(history, periodOf(calendar, time)), time)
}

/**
 * Returns whether the newest price may sell keys and open leases at `time`: it was not cut by the step, and the last period
 * whose price came from fresh quotes started at most 2 days ago. The history has to be filled.
 */
export function isFirm({ latest }: PriceHistory, time: number): boolean {
  return !latest.cut && time <= latest.fixedAt + FIRM_SECONDS
}

function integralIn(calendar: Calendar, entry: PriceEntry, time: number): bigint {
  const seconds = BigInt(time - periodStart(calendar, entry.period))
  return entry.integral + entry.weiPerMicroUsd * seconds
}

/** The entry that holds in a period: nearly always the newest, else by halving. */
function entryAt(history: PriceHistory, period: Period): PriceEntry {
  const newest = newestEntry(history)
  if (newest.period <= period) return newest
  let [low, high] = [0, history.entries.length - 1]
  while (low + 1 < high) {
    const middle = (low + high) >> 1
    if ((history.entries[middle]?.period ?? 0) <= period) low = middle
    else high = middle
  }
  return history.entries[low] ?? newest
}

function newestEntry({ entries, latest, filledThrough }: PriceHistory): PriceEntry {
  const { weiPerMicroUsd } = latest
  return entries.at(-1) ?? { period: filledThrough, weiPerMicroUsd, integral: 0n }
}

function isQuote(weiPerMicroUsd: bigint): boolean {
  return weiPerMicroUsd > 0n && weiPerMicroUsd <= MAX_QUOTE
}
