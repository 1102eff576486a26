import { createSeededRandom } from '@nexqloud/kernel'

/** Chance, the same for each seed. */
export type Chance = {
  /** From 0 to below 1. */
  readonly share: () => number
  /** A whole number below the given one. */
  readonly below: (bound: number) => number
  /** A time until something that comes on average after so long, whenever one asks (exponential). */
  readonly until: (mean: number) => number
}

/** Returns the chance of a seed. */
export function createChance(seed: number): Chance {
  const next = createSeededRandom(seed)
  const share = (): number => next() / 2 ** 32
  return {
    share,
    below: (bound) => next() % bound,
    until: (mean) => -mean * Math.log(1 - share()),
  }
}
