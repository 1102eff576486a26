import { BaseError, parsePeriod, type Period } from '@nexqloud/kernel'

/** Seconds of a day: every period divides it. */
export const DAY_SECONDS = 86_400

/** Seconds of a month for availability credits: 30 days, counted from genesis. */
export const MONTH_SECONDS = 30 * DAY_SECONDS

/** A network's periods: equal spans of chain time, counted from genesis. */
export type Calendar = {
  /** Start of period 0, in seconds since 1970. */
  readonly genesisTime: number
  /** 86,400 on the main network, 300 on a local one. */
  readonly periodSeconds: number
}

/** A period length that does not divide a day, or a genesis before 1970. */
export class InvalidCalendarError extends BaseError {
  constructor({ genesisTime, periodSeconds }: Calendar) {
    super(`Periods of ${periodSeconds} s from ${genesisTime} on are no calendar.`, {
      code: 'RULES_CALENDAR_INVALID',
      kind: 'invalid',
      hint: 'Take a period that divides 86,400 s, and a genesis in whole seconds since 1970.',
    })
  }
}

/** A time before genesis: no period holds it. */
export class BeforeGenesisError extends BaseError {
  constructor(time: number, { genesisTime }: Calendar) {
    super(`The second ${time} is before genesis at ${genesisTime}.`, {
      code: 'RULES_BEFORE_GENESIS',
      kind: 'invalid',
      hint: 'Take chain time in seconds since 1970, and the genesis of the same network.',
    })
  }
}

/**
 * Returns a frozen calendar.
 *
 * @throws {@link InvalidCalendarError} where a day does not hold whole periods.
 */
export function createCalendar({ genesisTime, periodSeconds }: Calendar): Calendar {
  const divides = Number.isInteger(periodSeconds) && DAY_SECONDS % periodSeconds === 0
  const starts = Number.isSafeInteger(genesisTime) && genesisTime >= 0
  if (!divides || !starts || periodSeconds <= 0) {
    throw new InvalidCalendarError({ genesisTime, periodSeconds })
  }
  return Object.freeze({ genesisTime, periodSeconds })
}

/**
 * Returns the period that holds a second: its start belongs to it, its end to the next.
 *
 * @throws {@link BeforeGenesisError} where no period does.
 */
export function periodOf(calendar: Calendar, time: number): Period {
  if (time < calendar.genesisTime) throw new BeforeGenesisError(time, calendar)
  return parsePeriod(Math.floor((time - calendar.genesisTime) / calendar.periodSeconds))
}

/** Returns the first second of a period. */
export function periodStart(calendar: Calendar, period: Period): number {
  return calendar.genesisTime + period * calendar.periodSeconds
}

/** Returns the first second after a period, which is the start of the next. */
export function periodEnd(calendar: Calendar, period: Period): number {
  return periodStart(calendar, period) + calendar.periodSeconds
}

/** Returns the 30-day month, counted from genesis, in which a period starts. */
export function monthOf({ periodSeconds }: Calendar, period: Period): number {
  return Math.floor((period * periodSeconds) / MONTH_SECONDS)
}

/** Returns how many 30-day months are over when a period ends: months 0 up to, not with, this number. */
export function monthsOver({ periodSeconds }: Calendar, period: Period): number {
  return Math.floor(((period + 1) * periodSeconds) / MONTH_SECONDS)
}
