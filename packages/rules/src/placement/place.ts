import { byCost, costOf, type CostWeights } from './cost.ts'
import { explainBlock, type Blocked } from './explain.ts'
import { failureOf, refusalOf, type Demand, type Device } from './filter.ts'
import {
  compareCrowding,
  countReplicas,
  crowdingOf,
  leastCrowding,
  type Crowding,
  type Peer,
  type ReplicaCounts,
} from './spread.ts'

/** A pod to be placed, and what there is. */
export type PlacementInput = {
  readonly demand: Demand
  readonly devices: readonly Device[]
  /** The pod's replicas that have a place. */
  readonly peers: readonly Peer[]
  readonly weights: CostWeights
  /** Milliseconds since 1970. */
  readonly nowMs: number
}

/** Where a pod goes, or why it goes nowhere. */
export type Placement =
  | { readonly device: Device; readonly blocked?: undefined }
  | { readonly device?: undefined; readonly blocked: Blocked }

/**
 * Returns where a pod goes: of the devices that may have it, one that is least crowded by its replicas, of these the one that
 * costs least. Where it failed lately it goes only if nothing else is left: there to the device that is forgiven first. The order of the devices does not matter.
 */
export function placePod({ demand, devices, peers, weights, nowMs }: PlacementInput): Placement {
  const priced = devices.map((device) => ({ device, cost: costOf(device, weights) }))
  const counts = countReplicas(peers)
  const values = (of: (device: Device) => string) => new Set(devices.map(of))
  const least = leastCrowding(counts, {
    owner: values(({ domains }) => domains.owner),
    isp: values(({ domains }) => domains.isp),
    area: values(({ domains }) => domains.area),
    device: values(({ name }) => name),
  })
  const inOrder = priced.toSorted(byCost).map(({ device }) => device)
  const device = chooseDevice(inOrder, { demand, counts, least, nowMs })
  return device ? { device } : { blocked: explainBlock(demand, devices) }
}

/** What devices are looked at for. */
export type Search = {
  readonly demand: Demand
  readonly counts: ReplicaCounts
  /** What ends the search at once; see {@link leastCrowding}. */
  readonly least: Crowding
  readonly nowMs: number
}

/** Returns the device for a pod from devices that come the cheapest first; looks at no more of them than it has to. */
export function chooseDevice(
  devices: Iterable<Device>,
  { demand, counts, least, nowMs }: Search,
): Device | undefined {
  let best: { readonly device: Device; readonly crowding: Crowding } | undefined
  let resort: { readonly device: Device; readonly untilMs: number } | undefined
  for (const device of devices) {
    if (refusalOf(demand, device) !== undefined) continue
    const failure = failureOf(demand, device, nowMs)
    if (failure !== undefined) {
      const { untilMs } = failure
      if (resort === undefined || untilMs < resort.untilMs) resort = { device, untilMs }
      continue
    }
    const crowding = crowdingOf(counts, device)
    if (best === undefined || compareCrowding(crowding, best.crowding) < 0) {
      best = { device, crowding }
    }
    if (compareCrowding(best.crowding, least) <= 0) break
  }
  return (best ?? resort)?.device
}
