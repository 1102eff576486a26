import type { OwedLease } from '@nexqloud/control'
import { parseInstanceKey, parsePeriod } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import { periodEnd, type Calendar } from '@nexqloud/rules'
import { parseEventLogs, type Log } from 'viem'

const { abi } = contracts.leases
const eventName: ['LeaseOpened', 'LeaseBilled', 'LeaseFinished'] = [
  'LeaseOpened',
  'LeaseBilled',
  'LeaseFinished',
]

/** The leases that are not finished, and up to when each was billed, by all events of the leases. */
export class OwedLeases {
  readonly #calendar: Calendar
  readonly #owed = new Map<string, OwedLease>()

  constructor(calendar: Calendar) {
    this.#calendar = calendar
  }

  list(): readonly OwedLease[] {
    return [...this.#owed.values()]
  }

  /** Takes in what was written; each log once, in order. */
  take(logs: Log[]): void {
    for (const { eventName: name, args } of parseEventLogs({ abi, eventName, logs })) {
      const lease = { instance: parseInstanceKey(args.instance), token: args.token }
      const key = `${lease.instance}/${lease.token}`
      if (name === 'LeaseOpened') {
        this.#owed.set(key, { lease, from: Number(args.startedAt) })
      } else if (name === 'LeaseFinished') {
        this.#owed.delete(key)
      } else if (this.#owed.has(key)) {
        // One that ended before the period did is finished with it.
        const from = periodEnd(this.#calendar, parsePeriod(Number(args.period)))
        this.#owed.set(key, { lease, from })
      }
    }
  }
}
