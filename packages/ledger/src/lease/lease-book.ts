import {
  parseDeviceId,
  parseMasternodeId,
  type InstanceKey,
  type MasternodeId,
} from '@nexqloud/kernel'
import type { LastLease } from '@nexqloud/rules'

import { instanceIn, numberIn, type LeaseEvent } from './lease-events.ts'

/** A lease, who opened it, and what it costs. */
type KnownLease = LastLease & {
  readonly opener: MasternodeId
  /** Micro-USD an hour. */
  readonly rate: bigint
  /** Chain second of the block in which it was opened. */
  readonly openedAt: number
}

/** What all events of the leases say; the same for everybody who reads them. */
export class LeaseBook {
  readonly #leases = new Map<InstanceKey, KnownLease>()
  readonly #changes: InstanceKey[] = []

  /** The newest lease of each instance that ever had one. */
  get leases(): ReadonlyMap<InstanceKey, KnownLease> {
    return this.#leases
  }

  /** Whose lease was opened or closed, in order; it only grows. */
  get changes(): readonly InstanceKey[] {
    return this.#changes
  }

  /** Takes in what was written; each event once, in order. */
  take(event: LeaseEvent): void {
    if (event.name !== 'LeaseOpened' && event.name !== 'LeaseClosed') return
    const instance = instanceIn(event)
    const token = numberIn(event, 'token')
    this.#changes.push(instance)
    if (event.name === 'LeaseOpened') {
      this.#leases.set(instance, {
        token,
        device: parseDeviceId(Number(numberIn(event, 'device'))),
        kind: Number(numberIn(event, 'kind')),
        startedAt: Number(numberIn(event, 'startedAt')),
        end: undefined,
        opener: parseMasternodeId(Number(numberIn(event, 'masternode'))),
        rate: numberIn(event, 'rate'),
        openedAt: event.at,
      })
      return
    }
    const last = this.#leases.get(instance)
    // Only the newest lease of an instance can be open.
    if (last?.token === token) this.#leases.set(instance, { ...last, end: event.at })
  }
}
