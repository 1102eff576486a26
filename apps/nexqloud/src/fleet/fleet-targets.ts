import type { Clock, DeviceId } from '@nexqloud/kernel'
import {
  readPeriodDraw,
  readServingMasternodes,
  type DrawReader,
  type MasternodeRecord,
  type PeriodDraw,
} from '@nexqloud/ledger'
import type { UplinkTargets } from '@nexqloud/tunnel'

import { chooseMasternodes } from '../device/masternode-list.ts'

/** Returns whom a device of a fleet dials. */
export type FleetTargets = (device: {
  readonly id: DeviceId
  readonly region: string
}) => Promise<UplinkTargets>

type Seen = { readonly active: readonly MasternodeRecord[]; readonly draw: PeriodDraw }

/** The chain is asked once for all devices of a fleet: milliseconds. */
const FRESH_MS = 10_000

/** Returns whom devices dial, as {@link chooseMasternodes} says; those that were found last while the chain does not answer. */
export function createFleetTargets(
  ledger: DrawReader,
  clock: Pick<Clock, 'steadyMs'>,
): FleetTargets {
  let seen: Seen | undefined
  let reading: Promise<Seen> | undefined
  let readMs = -Infinity
  const read = async (): Promise<Seen> => {
    const draw = await readPeriodDraw(ledger, seen?.draw)
    return { draw, active: await readServingMasternodes(ledger) }
  }
  const look = (): Promise<Seen> => {
    if (reading !== undefined && clock.steadyMs() - readMs < FRESH_MS) return reading
    readMs = clock.steadyMs()
    reading = read()
    return reading
  }
  return async ({ id: device, region }) => {
    try {
      seen = await look()
    } catch (error) {
      if (seen === undefined) throw error
    }
    return chooseMasternodes(seen.active, { device, region }, seen.draw)
  }
}
