import { parsePeriod } from '@nexqloud/kernel'

import { periodOf, periodStart, type Calendar } from '../calendar.ts'

/** What bounds how far back a lease may begin. */
export type OpeningTerms = {
  readonly calendar: Calendar
  /** Most by which an opening is backdated. */
  readonly delaySeconds: number
  /** How long into a period files of the one before are due. */
  readonly postingSeconds: number
}

/**
 * Returns the first second in which a lease may begin that is opened at a time: not before the running period, except while files of the one
 * before are still due; never past the delay.
 */
export function earliestStart(
  { calendar, delaySeconds, postingSeconds }: OpeningTerms,
  at: number,
): number {
  const period = periodOf(calendar, at)
  const start = periodStart(calendar, period)
  const isDue = period > 0 && at <= start + postingSeconds
  const earliest = isDue ? periodStart(calendar, parsePeriod(period - 1)) : start
  return Math.max(earliest, at - delaySeconds)
}
