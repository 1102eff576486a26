import { parsePeriod, type Clock, type Period } from '@nexqloud/kernel'
import { MISSING_PERIODS, periodOf, periodStart, type PeriodLeaves } from '@nexqloud/rules'

import type { SettlementParts } from './agreement.ts'
import { PeriodWork } from './period-work.ts'
import type { Seat, SignedRoot } from './ports.ts'
import { oldestOwed } from './push.ts'

/** What a settler works with. */
export type SettlerParts = SettlementParts & {
  readonly clock: Pick<Clock, 'wallMs' | 'steadyMs' | 'delay'>
  /** Told of each failure after which it goes on. */
  readonly onFailure: (failure: unknown) => void
}

/** Settles periods, and says what it has signed. */
export type Settler = {
  /** Settles until the signal aborts. Call it once. */
  readonly run: (signal: AbortSignal) => Promise<void>
  /** Returns what this masternode signed for a period that it still minds; nothing before. */
  readonly rootOf: (period: Period) => SignedRoot | undefined
  /** Returns what it computed for that. */
  readonly leavesOf: (period: Period) => PeriodLeaves | undefined
}

/** How often the clock is looked at. */
const LOOK_MS = 1000
/** Between two looks at a period: a twentieth of what time there is to post something, from a second to half a minute. */
const LOOKS = 20
const LONGEST_LOOK_MS = 30_000
/** After a failure: what was wrong is hardly over in a second. */
const FAILED_MS = 5000
/** With each period that passes looks are twice as far apart, so many times. */
const MOST_DOUBLINGS = 5
/** Periods of which everything is looked at: those of which files are kept by all. */
const MINDED_PERIODS = MISSING_PERIODS + 1
/** Of older ones only leases that wait are passed; what is owed of them is asked so often. */
const OLD_LOOK_MS = 60_000

/** Returns a settler. What it has to know is on the chain and on the disk: it may be killed at any moment. */
export function createSettler(parts: SettlerParts): Settler {
  const settling = new Settling(parts)
  return {
    run: (signal) => settling.run(signal),
    rootOf: (period) => settling.workOf(period)?.agreement.own,
    leavesOf: (period) => settling.workOf(period)?.agreement.leaves,
  }
}

type Timed = { readonly work: PeriodWork; dueMs: number; isBusy: boolean }

class Settling {
  readonly #parts: SettlerParts
  readonly #works = new Map<Period, Timed>()
  readonly #running = new Set<Promise<void>>()
  #oldDueMs = 0

  constructor(parts: SettlerParts) {
    this.#parts = parts
  }

  workOf(period: Period): PeriodWork | undefined {
    return this.#works.get(period)?.work
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, onFailure } = this.#parts
    while (!signal.aborted) {
      let waitMs = LOOK_MS
      try {
        await this.#look()
      } catch (failure) {
        onFailure(failure)
        waitMs = FAILED_MS
      }
      await clock.delay(waitMs, signal)
    }
    await Promise.all(this.#running)
  }

  async #look(): Promise<void> {
    const { ledger, key } = this.#parts
    const now = this.#now()
    if (now < ledger.calendar.genesisTime) return
    const next = periodOf(ledger.calendar, now)
    const first = Math.max(0, next - MINDED_PERIODS)
    for (let number = first; number < next; number += 1) this.#mind(parsePeriod(number))
    await this.#mindOldest(first)
    for (const [period, { work, isBusy }] of this.#works) {
      // What others may still ask for stays.
      if (period < first && !isBusy && work.isSettled) this.#works.delete(period)
    }
    const due = [...this.#works.values()].filter((each) => this.#isDue(each))
    if (due.length === 0) return
    const seats = await ledger.readSeats()
    // Who is not admitted has no say.
    if (!seats.some(({ signer }) => signer === key.signer)) return this.#works.clear()
    for (const each of due) this.#start(each, seats)
  }

  #mind(period: Period): void {
    if (this.#works.has(period)) return
    const work = new PeriodWork(this.#parts, period)
    this.#works.set(period, { work, dueMs: 0, isBusy: false })
  }

  /** After a pause of all, leases wait for periods that nobody settles any more. */
  async #mindOldest(first: number): Promise<void> {
    const { clock, ledger } = this.#parts
    const { calendar } = ledger
    if (clock.steadyMs() < this.#oldDueMs) return
    const from = oldestOwed(await ledger.readOwed())
    const isOld = from !== undefined && from < periodStart(calendar, parsePeriod(first))
    this.#oldDueMs = clock.steadyMs() + (isOld ? this.#lookMs : OLD_LOOK_MS)
    if (isOld) this.#mind(periodOf(calendar, from))
  }

  #isDue({ work, dueMs, isBusy }: Timed): boolean {
    return !isBusy && !work.isSettled && dueMs <= this.#parts.clock.steadyMs()
  }

  get #lookMs(): number {
    const { postingSeconds } = this.#parts.ledger
    return Math.min(LONGEST_LOOK_MS, Math.max(LOOK_MS, (postingSeconds * 1000) / LOOKS))
  }

  #now(): number {
    return Math.floor(this.#parts.clock.wallMs() / 1000)
  }

  #start(timed: Timed, seats: readonly Seat[]): void {
    timed.isBusy = true
    const running = this.#lookAt(timed, seats).finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #lookAt(timed: Timed, seats: readonly Seat[]): Promise<void> {
    const { clock, onFailure, ledger } = this.#parts
    const { work } = timed
    let waitMs = this.#lookMs
    try {
      await work.look(() => this.#now(), seats)
      // Nobody is in a hurry about what is still not done long after the end.
      const periods =
        (this.#now() - periodStart(ledger.calendar, work.period)) / ledger.calendar.periodSeconds
      waitMs *= 2 ** Math.min(MOST_DOUBLINGS, Math.max(0, Math.floor(periods) - 2))
    } catch (failure) {
      onFailure(failure)
      waitMs = Math.max(waitMs, FAILED_MS)
    }
    timed.dueMs = clock.steadyMs() + waitMs
    timed.isBusy = false
  }
}
