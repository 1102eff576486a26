import {
  parseDeviceId,
  parseInstanceKey,
  parseMasternodeId,
  type InstanceKey,
  type MasternodeId,
} from '@nexqloud/kernel'
import type { LastLease } from '@nexqloud/rules'
import { parseEventLogs, type Log } from 'viem'

import * as contracts from '../generated/index.ts'

/** A lease, and the masternode that opened it. */
type KnownLease = LastLease & { readonly opener: MasternodeId }

const { abi } = contracts.leases
const eventName: readonly ['LeaseOpened', 'LeaseClosed'] = ['LeaseOpened', 'LeaseClosed']

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

  /** Takes in what was written; each log once, in order. */
  take(logs: Log[]): void {
    for (const log of parseEventLogs({ abi, eventName: [...eventName], logs })) {
      const instance = parseInstanceKey(log.args.instance)
      this.#changes.push(instance)
      if (log.eventName === 'LeaseOpened') {
        const { token, device, kind, startedAt, masternode } = log.args
        this.#leases.set(instance, {
          token,
          device: parseDeviceId(device),
          kind,
          startedAt: Number(startedAt),
          end: undefined,
          opener: parseMasternodeId(masternode),
        })
      } else {
        const last = this.#leases.get(instance)
        // Only the newest lease of an instance can be open.
        if (last?.token !== log.args.token) continue
        this.#leases.set(instance, { ...last, end: Number(log.blockTimestamp) })
      }
    }
  }
}
