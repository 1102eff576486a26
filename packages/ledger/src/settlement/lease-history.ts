import { parseDeviceId, parseInstanceKey, type DeviceId, type InstanceKey } from '@nexqloud/kernel'
import type { OverlappingLease } from '@nexqloud/rules'
import { getAbiItem, parseEventLogs, type Log } from 'viem'

import { leases } from '../generated/index.ts'

const { abi } = leases

/** The events that a history is made of. */
export const leaseEvents = [
  getAbiItem({ abi, name: 'LeaseOpened' }),
  getAbiItem({ abi, name: 'LeaseClosed' }),
] as const

type Lease = {
  readonly instance: InstanceKey
  readonly token: bigint
  readonly device: DeviceId
  /** Micro-USD an hour. */
  readonly rate: bigint
  readonly startedAt: number
  /** When it was closed, in which block, as which of its logs, and what was held back then, in wei; nothing while it is open. */
  readonly closed:
    | {
        readonly at: number
        readonly block: bigint
        readonly logIndex: number
        readonly hold: bigint
      }
    | undefined
}

/** A lease that ran in a period, with all that was known of it when that was settled. */
export type PeriodLease = Lease & OverlappingLease

/** When leases began and ended. */
export class LeaseHistory {
  readonly #leases = new Map<string, Lease>()

  /** Takes in what was written; each log once, in order. */
  take(logs: Log[]): void {
    for (const log of parseEventLogs({ abi: leaseEvents, logs })) {
      const instance = parseInstanceKey(log.args.instance)
      const name = `${instance}/${log.args.token}`
      if (log.eventName === 'LeaseOpened') {
        const { token, device, rate, startedAt } = log.args
        const lease = { instance, token, device: parseDeviceId(device), rate }
        this.#leases.set(name, { ...lease, startedAt: Number(startedAt), closed: undefined })
      } else {
        const lease = this.#leases.get(name)
        if (lease !== undefined) {
          const { blockNumber: block, logIndex, blockTimestamp, args } = log
          const closed = { at: Number(blockTimestamp), block, logIndex, hold: args.hold }
          this.#leases.set(name, { ...lease, closed })
        }
      }
    }
  }

  /** Drops what had ended by then. */
  forgetBefore(time: number): void {
    for (const [name, { closed }] of this.#leases) {
      if (closed !== undefined && closed.at <= time) this.#leases.delete(name)
    }
  }

  /** Returns the leases that ran between two times, rising by instance, then token. */
  overlapping(from: number, to: number): readonly PeriodLease[] {
    return [...this.#leases.values()]
      .flatMap((lease) => {
        const end = lease.closed?.at ?? to
        const overlapSeconds = Math.min(end, to) - Math.max(lease.startedAt, from)
        return overlapSeconds > 0 ? [{ ...lease, overlapSeconds }] : []
      })
      .toSorted(compareLeases)
  }
}

function compareLeases(left: OverlappingLease, right: OverlappingLease): number {
  if (left.instance !== right.instance) return left.instance < right.instance ? -1 : 1
  return left.token < right.token ? -1 : 1
}
