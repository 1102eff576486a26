import type { InstanceKey, Period } from '@nexqloud/kernel'

import { MONTH_SECONDS, monthOf, type Calendar } from '../calendar.ts'
import { claimableCredit, earnedCredit, type MonthIncome } from '../credit.ts'
import type { CreditLeaf } from './leaves.ts'

/** What the chain says of an instance and 30 days that are over. */
export type InstanceMonth = MonthIncome & {
  readonly instance: InstanceKey
  /** 30-day month, counted from genesis. */
  readonly month: number
  /** Seconds that were billed. */
  readonly seenSeconds: number
  /** Seconds in which it was wanted and had no device, through no fault of its tenant. */
  readonly downSeconds: number
  /** What was paid for those that were seen, in wei. */
  readonly charge: bigint
}

/** Availability in 30 days below which there is a credit, in basis points: all kinds are replaced automatically. */
export const TARGET_BPS = 9990

/** Periods after a month's end that begin a settlement with its credits: its last bills come first, and may come so late. */
const [FIRST_PERIOD, LAST_PERIOD] = [3, 17]

/** Returns the month whose credits the settlement of a period has; nothing where it has none. */
export function creditedMonth(calendar: Calendar, period: Period): number | undefined {
  const month = monthOf(calendar, period)
  const since = period - (month * MONTH_SECONDS) / calendar.periodSeconds
  return month > 0 && since >= FIRST_PERIOD && since <= LAST_PERIOD ? month - 1 : undefined
}

/** Returns the credits of a month in the order of its instances: of each that earned one, and was not paid what it can be. */
export function monthCredits(months: readonly InstanceMonth[]): readonly CreditLeaf[] {
  return months.flatMap(({ instance, month, seenSeconds, downSeconds, charge, ...income }) => {
    const wantedSeconds = seenSeconds + downSeconds
    const amount = earnedCredit({ wantedSeconds, seenSeconds, targetBps: TARGET_BPS }, charge)
    return claimableCredit(amount, income) > 0n ? [{ instance, month, amount }] : []
  })
}

/** The longest that a device is dark before its leases are closed: what it was not seen then counts as waiting, too. */
const MOST_DARK_SECONDS = 60

/** Returns how long a lease that ended in a period, of which it ran so many seconds, was not seen before its end. */
export function darkSeconds(overlapSeconds: number, seenSeconds: number): number {
  return Math.min(MOST_DARK_SECONDS, Math.max(0, overlapSeconds - seenSeconds))
}
