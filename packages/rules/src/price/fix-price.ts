import { larger, shareOf, smaller } from '@nexqloud/kernel'

/** Every price is a multiple of it, in wei per micro-USD, so that an hourly rate charges by the second without rounding. */
export const PRICE_UNIT = 3600n

/** How long a quote counts, in seconds. */
export const FRESH_SECONDS = 3600

/** What a price signer said. */
export type Quote = {
  /** How many wei a millionth of a dollar buys. */
  readonly weiPerMicroUsd: bigint
  readonly quotedAt: number
}

/** What a price may do in one period. */
export type PriceTerms = {
  /** Largest move, in basis points of the price before. */
  readonly stepBps: number
  /** Fresh quotes that a price needs: a majority of the signers. */
  readonly quotesNeeded: number
}

/** The price that holds, and how it came about. */
export type FixedPrice = {
  /** A multiple of {@link PRICE_UNIT}, at least that. */
  readonly weiPerMicroUsd: bigint
  /** Whether the step kept it from the quotes' median. */
  readonly cut: boolean
  /** Start of the last period whose price came from fresh quotes. */
  readonly fixedAt: number
}

/** What a period's price follows from. */
export type PriceInput = {
  readonly quotes: Iterable<Quote>
  readonly terms: PriceTerms
  readonly periodStart: number
}

/**
 * Returns the price of the period that starts at `periodStart`: the lower median of the quotes that were on chain then and
 * at most 1 h old, rounded down to the unit, at most one step from the price before. The step is rounded down to the unit
 * too, and is at least one unit. Too few fresh quotes keep the old price and let it age.
 */
export function fixPrice(
  previous: FixedPrice,
  { quotes, terms, periodStart }: PriceInput,
): FixedPrice {
  const fresh = [...quotes]
    .filter(({ quotedAt }) => quotedAt <= periodStart && periodStart <= quotedAt + FRESH_SECONDS)
    .map(({ weiPerMicroUsd }) => weiPerMicroUsd)
  if (fresh.length < terms.quotesNeeded) return previous
  const wanted = larger(toUnit(lowerMedian(fresh)), PRICE_UNIT)
  const step = larger(toUnit(shareOf(previous.weiPerMicroUsd, terms.stepBps)), PRICE_UNIT)
  const [lowest, highest] = [
    larger(previous.weiPerMicroUsd - step, PRICE_UNIT),
    previous.weiPerMicroUsd + step,
  ]
  const weiPerMicroUsd = smaller(larger(wanted, lowest), highest)
  return { weiPerMicroUsd, cut: weiPerMicroUsd !== wanted, fixedAt: periodStart }
}

function lowerMedian(values: readonly bigint[]): bigint {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0n
}

function toUnit(value: bigint): bigint {
  return value - (value % PRICE_UNIT)
}
