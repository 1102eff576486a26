import {
  accountOf,
  parseDeviceId,
  parseInstanceKey,
  type Address,
  type DeviceId,
  type InstanceKey,
} from '@nexqloud/kernel'
import { parseEventLogs } from 'viem'

import { leases } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import type { BlockReader } from '../registry/last-block.ts'
import { readAllPages } from '../registry/log-pages.ts'

/** What is asked of a ledger here. */
export type AccountOpeningsReader = BlockReader & {
  readonly leases: Pick<Ledger<undefined>['leases'], 'getEvents'>
}

/** A lease as it was opened. */
export type AccountOpening = {
  readonly instance: InstanceKey
  readonly token: bigint
  readonly device: DeviceId
  /** Number of the kind that it is paid as, and its rate in micro-USD an hour. */
  readonly kind: number
  readonly rate: bigint
  /** Chain second, and how long its instance had waited by then through no fault of its tenant: seconds. */
  readonly startedAt: bigint
  readonly waited: bigint
}

/** All leases that an account ever had, in the order of the chain, and the block up to which that is so. */
export type AccountOpenings = {
  readonly openings: readonly AccountOpening[]
  readonly toBlock: bigint
}

/** Returns what was opened for an account. The chain has no index of accounts: all openings are looked through, so this is asked once. */
export async function readAccountOpenings(
  { client, leases: contract }: AccountOpeningsReader,
  account: Address,
): Promise<AccountOpenings> {
  const { number: toBlock } = await explained(client.getBlock())
  const { LeaseOpened } = contract.getEvents
  const logs = await readAllPages((page) => LeaseOpened({}, page), { fromBlock: 0n, toBlock })
  const openings = parseEventLogs({ abi: leases.abi, eventName: 'LeaseOpened', logs })
    .map(({ args: { token, device, kind, rate, startedAt, waited, instance } }) => ({
      instance: parseInstanceKey(instance),
      token,
      device: parseDeviceId(device),
      kind,
      rate,
      startedAt,
      waited,
    }))
    .filter(({ instance }) => accountOf(instance) === account)
  return { openings, toBlock }
}

/** Returns the instances that had a lease, each once. */
export function instancesOf({ openings }: AccountOpenings): readonly InstanceKey[] {
  return [...new Set(openings.map(({ instance }) => instance))]
}
