import { parseInstanceKey, parsePeriod, type InstanceKey } from '@nexqloud/kernel'
import {
  darkSeconds,
  monthOf,
  periodOf,
  periodStart,
  type Calendar,
  type InstanceMonth,
} from '@nexqloud/rules'
import { getAbiItem, parseEventLogs, type Log } from 'viem'

import { leases } from '../generated/index.ts'
import { leaseEvents } from './lease-history.ts'

const { abi } = leases

/** The events that a month is made of. */
export const monthEvents = [...leaseEvents, getAbiItem({ abi, name: 'LeaseBilled' })] as const

/** What leases say of an instance and a month. */
export type MonthSums = Pick<InstanceMonth, 'instance' | 'seenSeconds' | 'downSeconds' | 'charge'>

type Sums = { seenSeconds: number; waitedSeconds: number; charge: bigint; before: string[] }

/** How long instances were seen and waited in a month, by the events of all blocks since it began. */
export class MonthHistory {
  readonly #calendar: Calendar
  readonly #month: number
  readonly #sums = new Map<InstanceKey, Sums>()
  readonly #startOf = new Map<string, number>()
  /** The newest lease of each instance that was closed. */
  readonly #lastOf = new Map<InstanceKey, string>()
  /** In which period leases ended, and how long they ran in it. */
  readonly #endOf = new Map<string, { readonly period: number; readonly overlapSeconds: number }>()
  /** How long leases were not seen before they ended. */
  readonly #darkOf = new Map<string, number>()

  constructor(calendar: Calendar, month: number) {
    this.#calendar = calendar
    this.#month = month
  }

  /** Takes in what was written; each log once, in order. */
  take(logs: Log[]): void {
    for (const log of parseEventLogs({ abi: monthEvents, logs })) {
      const instance = parseInstanceKey(log.args.instance)
      const name = `${instance}/${log.args.token}`
      if (log.eventName === 'LeaseOpened') {
        const { startedAt, waited } = log.args
        this.#startOf.set(name, Number(startedAt))
        if (waited > 0n) this.#wait(instance, Number(startedAt), Number(waited))
      } else if (log.eventName === 'LeaseClosed') {
        this.#end(name, Number(log.blockTimestamp))
        this.#lastOf.set(instance, name)
      } else {
        const { period, billedSeconds, paid } = log.args
        this.#bill(name, Number(period), Number(billedSeconds))
        if (monthOf(this.#calendar, parsePeriod(Number(period))) !== this.#month) continue
        const sums = this.#sumsOf(instance)
        sums.seenSeconds += Number(billedSeconds)
        sums.charge += paid
      }
    }
  }

  /** Returns what is known, rising by instance. */
  list(): readonly MonthSums[] {
    return [...this.#sums]
      .map(([instance, { seenSeconds, waitedSeconds, charge, before }]) => {
        const dark = before.reduce((sum, name) => sum + (this.#darkOf.get(name) ?? 0), 0)
        return { instance, seenSeconds, downSeconds: waitedSeconds + dark, charge }
      })
      .toSorted((one, other) => (one.instance < other.instance ? -1 : 1))
  }

  /** A wait belongs to the month in which it ended. */
  #wait(instance: InstanceKey, startedAt: number, waited: number): void {
    if (monthOf(this.#calendar, periodOf(this.#calendar, startedAt)) !== this.#month) return
    const sums = this.#sumsOf(instance)
    sums.waitedSeconds += waited
    const last = this.#lastOf.get(instance)
    if (last !== undefined) sums.before.push(last)
  }

  #end(name: string, end: number): void {
    const period = periodOf(this.#calendar, Math.max(end - 1, this.#calendar.genesisTime))
    // One that was opened before the month began ran from the beginning of its last period on.
    const start = Math.max(periodStart(this.#calendar, period), this.#startOf.get(name) ?? 0)
    this.#endOf.set(name, { period, overlapSeconds: end - start })
    this.#startOf.delete(name)
  }

  #bill(name: string, period: number, seconds: number): void {
    const end = this.#endOf.get(name)
    if (end?.period !== period) return
    this.#darkOf.set(name, darkSeconds(end.overlapSeconds, seconds))
    this.#endOf.delete(name)
  }

  #sumsOf(instance: InstanceKey): Sums {
    const known = this.#sums.get(instance)
    if (known !== undefined) return known
    const none = { seenSeconds: 0, waitedSeconds: 0, charge: 0n, before: [] }
    this.#sums.set(instance, none)
    return none
  }
}
