import {
  chooseDevice,
  costOf,
  countReplicas,
  explainBlock,
  leastCrowding,
  subtractResources,
  type CostWeights,
  type Demand,
  type Device,
  type Placement,
} from '@nexqloud/rules'

import { createDomainCounts } from './domain-counts.ts'
import { createShelves, walkByCost, type Entry } from './shelf.ts'
import { createTakings, type Takings } from './takings.ts'

/** The devices and what is taken of them, arranged so that a search looks at few. */
export type DeviceIndex = Pick<Takings, 'take' | 'release'> & {
  /** Adds a device, or replaces it; what pods have taken of it stays taken. */
  readonly put: (device: Device) => void
  readonly remove: (name: string) => void
  /** Answers as `placePod` does over all devices. */
  readonly place: (demand: Demand, group: string, nowMs: number) => Placement
}

/** Returns an index without devices. */
export function createDeviceIndex(weights: CostWeights): DeviceIndex {
  const entries = new Map<string, Entry>()
  const shelves = createShelves()
  const domains = createDomainCounts()
  const takings = createTakings((name) => {
    const entry = entries.get(name)
    if (entry === undefined) return
    const free = subtractResources(entry.full.free, takings.of(name))
    entries.set(name, { ...entry, device: { ...entry.full, free } })
    entry.shelf.sorted?.tree.set(entry.place, free)
  })

  function remove(name: string): void {
    const entry = entries.get(name)
    if (entry === undefined) return
    entries.delete(name)
    shelves.remove(entry.shelf, name)
    domains.remove(entry.full)
  }

  return {
    put: (full) => {
      const [shelf, cost] = [shelves.of(full), costOf(full, weights)]
      const before = entries.get(full.name)
      const free = subtractResources(full.free, takings.of(full.name))
      const entry = { device: { ...full, free }, cost, full, shelf }
      if (before?.shelf === shelf && before.cost === cost) {
        // Where it stands stays: a thousand devices that come or go at once do not have a shelf sorted as often.
        domains.remove(before.full)
        entries.set(full.name, { ...entry, place: before.place })
        shelf.sorted?.tree.set(before.place, free)
      } else {
        remove(full.name)
        // Taking it off may have left its shelf empty.
        const own = shelves.of(full)
        entries.set(full.name, { ...entry, shelf: own, place: 0 })
        own.names.add(full.name)
        own.sorted = undefined
      }
      domains.add(full)
    },
    remove,
    take: takings.take,
    release: takings.release,
    place: (demand, group, nowMs) => {
      const peers = takings.devicesOf(group).flatMap((device) => {
        const entry = entries.get(device)
        return entry === undefined ? [] : [{ device, ...entry.full.domains }]
      })
      const counts = countReplicas(peers)
      const least = leastCrowding(counts, { ...domains.sets, device: entries })
      const walk = walkByCost(shelves.wantedBy(demand), entries, demand.asked)
      const device = chooseDevice(walk, { demand, counts, least, nowMs })
      if (device !== undefined) return { device }
      const all = [...entries.values()].map((entry) => entry.device)
      return { blocked: explainBlock(demand, all) }
    },
  }
}
