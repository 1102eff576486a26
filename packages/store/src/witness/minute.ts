import type { DeviceId, InstanceKey, Period } from '@nexqloud/kernel'
import { periodEnd, periodOf, periodStart, type Calendar } from '@nexqloud/rules'

/** Seconds of a minute; the last one of a period may be shorter. */
const MINUTE_SECONDS = 60

/** A minute of a network's time. */
export type Minute = {
  readonly period: Period
  /** Counted from 0 in its period. */
  readonly index: number
  /** Milliseconds since 1970. */
  readonly startMs: number
  /** The first millisecond after it. */
  readonly endMs: number
}

/** One pod on one device. */
export type WitnessedPod = {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  /** What it is paid for as; nothing where nobody pays. */
  readonly instance: InstanceKey | undefined
}

/** For how long an instance that somebody pays for was seen to run on a device. Which of its leases that was for is joined later. */
export type WitnessedRun = {
  readonly instance: InstanceKey
  readonly device: DeviceId
  /** Whole, rounded down. */
  readonly seconds: number
}

/** What a masternode saw in a minute throughout which it was up. */
export type WitnessedMinute = {
  readonly index: number
  /** Those that were heard, rising. */
  readonly devices: readonly DeviceId[]
  /** By instance, then device; without those that did not run for a second. */
  readonly runs: readonly WitnessedRun[]
}

/**
 * Returns the minute that holds a time.
 *
 * @throws {@link BeforeGenesisError}
 */
export function minuteAt(calendar: Calendar, ms: number): Minute {
  const second = Math.floor(ms / 1000)
  const period = periodOf(calendar, second)
  const index = Math.floor((second - periodStart(calendar, period)) / MINUTE_SECONDS)
  return minuteOf(calendar, period, index)
}

/** Returns the minute that follows. */
export function minuteAfter(calendar: Calendar, { endMs }: Minute): Minute {
  return minuteAt(calendar, endMs)
}

/** Returns how many minutes a period has. */
export function minutesOf({ periodSeconds }: Calendar): number {
  return Math.ceil(periodSeconds / MINUTE_SECONDS)
}

function minuteOf(calendar: Calendar, period: Period, index: number): Minute {
  const start = periodStart(calendar, period) + index * MINUTE_SECONDS
  const end = Math.min(start + MINUTE_SECONDS, periodEnd(calendar, period))
  return { period, index, startMs: start * 1000, endMs: end * 1000 }
}
