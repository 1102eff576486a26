import { parseDeviceId, parseInstanceKey, type DeviceId, type InstanceKey } from '@nexqloud/kernel'
import type { OverlappingLease } from '@nexqloud/rules'
import { getAbiItem, parseEventLogs, type AbiEvent, type Log } from 'viem'

import { leases } from '../generated/index.ts'

const { abi } = leases
const eventName: ['LeaseOpened', 'LeaseClosed'] = ['LeaseOpened', 'LeaseClosed']

/** The events that a history is made of. */
export const leaseEvents: readonly AbiEvent[] = eventName.map((name) => getAbiItem({ abi, name }))

type Lease = {
  readonly instance: InstanceKey
  readonly token: bigint
  readonly device: DeviceId
  readonly startedAt: number
  /** Nothing while it is open. */
  readonly end: number | undefined
}

/** When leases began and ended. */
export class LeaseHistory {
  readonly #leases = new Map<string, Lease>()

  /** Takes in what was written; each log once, in order. */
  take(logs: Log[]): void {
    for (const log of parseEventLogs({ abi, eventName, logs })) {
      const instance = parseInstanceKey(log.args.instance)
      const name = `${instance}/${log.args.token}`
      if (log.eventName === 'LeaseOpened') {
        const { token, device, startedAt } = log.args
        const lease = { instance, token, device: parseDeviceId(device) }
        this.#leases.set(name, { ...lease, startedAt: Number(startedAt), end: undefined })
      } else {
        const lease = this.#leases.get(name)
        if (lease !== undefined) {
          this.#leases.set(name, { ...lease, end: Number(log.blockTimestamp) })
        }
      }
    }
  }

  /** Drops what had ended by then. */
  forgetBefore(time: number): void {
    for (const [name, { end }] of this.#leases) {
      if (end !== undefined && end <= time) this.#leases.delete(name)
    }
  }

  /** Returns the leases that ran between two times, rising by instance, then token. */
  overlapping(from: number, to: number): readonly OverlappingLease[] {
    return [...this.#leases.values()]
      .flatMap(({ instance, token, device, startedAt, end = to }) => {
        const overlapSeconds = Math.min(end, to) - Math.max(startedAt, from)
        return overlapSeconds > 0 ? [{ instance, token, device, overlapSeconds }] : []
      })
      .toSorted(compareLeases)
  }
}

function compareLeases(left: OverlappingLease, right: OverlappingLease): number {
  if (left.instance !== right.instance) return left.instance < right.instance ? -1 : 1
  return left.token < right.token ? -1 : 1
}
