import { BaseError, smaller, WEI_PER_NXQ, type Period } from '@nexqloud/kernel'

import { DAY_SECONDS, type Calendar } from './calendar.ts'

/** All that the network ever emits, in wei: half of the 21,000,000 NXQ. */
export const EMISSION_SUPPLY = 10_500_000n * WEI_PER_NXQ

/** What a day of era 0 emits, in wei; each era half of the one before. */
const DAY_EMISSION = 3600n * WEI_PER_NXQ

/** Four years with their leap day. */
const ERA_SECONDS = 1461 * DAY_SECONDS

/** The supply runs out in era 9, counted from 0: 191⅓ days into it. */
const ERAS = 10

/** The emission of one network, period by period. Amounts in wei. */
export type EmissionSchedule = {
  /** What a period emits: the era's amount; less in the period that the supply runs out in, 0 after it. */
  readonly emissionOf: (period: Period) => bigint
  /** What all periods before this one emit together; never more than {@link EMISSION_SUPPLY}. */
  readonly emittedBefore: (period: Period) => bigint
  /** The first period that emits nothing. */
  readonly periods: number
}

/** A period length in which some era would not emit whole wei, or hold whole periods. */
export class InexactEmissionError extends BaseError {
  constructor(periodSeconds: number) {
    super(`Periods of ${periodSeconds} s do not divide the emission exactly.`, {
      code: 'RULES_EMISSION_INEXACT',
      kind: 'invalid',
      hint: 'Take 86,400 s (main network) or 300 s (local).',
    })
  }
}

type Era = { readonly perPeriod: bigint; readonly before: bigint }

/**
 * Returns the schedule: 3,600 NXQ a day in proportion to the period, halved every 1,461 days, cut in its last period so
 * that the sum is 10,500,000 NXQ. Both functions of it take O(1).
 *
 * @throws {@link InexactEmissionError} where a division of it leaves a remainder.
 */
export function createEmissionSchedule(periodSeconds: number): EmissionSchedule {
  if (!dividesExactly(periodSeconds)) throw new InexactEmissionError(periodSeconds)
  const perEra = ERA_SECONDS / periodSeconds
  const eras = createEras(periodSeconds)
  const last = eras.length - 1
  const emittedBefore = (period: Period): bigint => {
    const index = Math.floor(period / perEra)
    const era = eras[index]
    if (era === undefined) return EMISSION_SUPPLY
    return smaller(era.before + era.perPeriod * BigInt(period - index * perEra), EMISSION_SUPPLY)
  }
  const emissionOf = (period: Period): bigint => {
    const perPeriod = eras[Math.floor(period / perEra)]?.perPeriod ?? 0n
    return smaller(perPeriod, EMISSION_SUPPLY - emittedBefore(period))
  }
  const { before, perPeriod } = eras[last] ?? { before: 0n, perPeriod: 1n }
  const inLastEra = (EMISSION_SUPPLY - before + perPeriod - 1n) / perPeriod
  return Object.freeze({ emissionOf, emittedBefore, periods: last * perEra + Number(inLastEra) })
}

/**
 * Returns when the emission halves next, in chain seconds: the first second of the era after the one that holds `time`. Nothing once the supply runs
 * out in the era that runs.
 */
export function nextHalvingAt({ genesisTime }: Calendar, time: number): number | undefined {
  const era = Math.floor((time - genesisTime) / ERA_SECONDS)
  return era + 1 < ERAS ? genesisTime + (era + 1) * ERA_SECONDS : undefined
}

function createEras(periodSeconds: number): readonly Era[] {
  const perEra = BigInt(ERA_SECONDS / periodSeconds)
  const eras: Era[] = []
  let before = 0n
  for (let era = 0; era < ERAS; era += 1) {
    const perPeriod = eraEmission(era, periodSeconds) / BigInt(DAY_SECONDS)
    eras.push({ perPeriod, before })
    before += perPeriod * perEra
  }
  return eras
}

function dividesExactly(periodSeconds: number): boolean {
  if (!Number.isInteger(periodSeconds) || periodSeconds <= 0) return false
  if (ERA_SECONDS % periodSeconds !== 0) return false
  return Array.from({ length: ERAS }, (_, era) => era).every(
    (era) =>
      DAY_EMISSION % 2n ** BigInt(era) === 0n &&
      eraEmission(era, periodSeconds) % BigInt(DAY_SECONDS) === 0n,
  )
}

/** A period's emission times the seconds of a day. */
function eraEmission(era: number, periodSeconds: number): bigint {
  return (DAY_EMISSION >> BigInt(era)) * BigInt(periodSeconds)
}
