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

import { labels } from '../object/names.ts'
import { createDomainCounts } from './domain-counts.ts'
import { walkByCost, type Entry, type Shelf } from './shelf.ts'
import { createTakings, type Takings } from './takings.ts'

/** The devices and what is taken of them, arranged so that a search looks at few. */
export type DeviceIndex = Pick<Takings, 'take' | 'release'> & {
  /** Adds a device, or replaces it; what pods have taken of it stays taken. */
  readonly put: (device: Device) => void
  readonly remove: (name: string) => void
  /** Answers as `placePod` does over all devices. */
  readonly place: (demand: Demand, group: string, nowMs: number) => Placement
}

const shelfLabels = [labels.architecture, labels.region, labels.tier]

/** Returns an index without devices. */
export function createDeviceIndex(weights: CostWeights): DeviceIndex {
  const entries = new Map<string, Entry>()
  const shelves = new Map<string, Shelf>()
  const domains = createDomainCounts()
  const takings = createTakings((name) => {
    const entry = entries.get(name)
    if (entry === undefined) return
    const free = subtractResources(entry.full.free, takings.of(name))
    entries.set(name, { ...entry, device: { ...entry.full, free } })
    entry.shelf.sorted?.tree.set(entry.place, free)
  })

  function shelfOf(device: Device): Shelf {
    const key = JSON.stringify(shelfLabels.map((label) => device.labels[label] ?? null))
    const shelf = shelves.get(key) ?? { sample: device, names: new Set(), sorted: undefined }
    shelves.set(key, shelf)
    return shelf
  }

  function remove(name: string): void {
    const entry = entries.get(name)
    if (entry === undefined) return
    entries.delete(name)
    entry.shelf.names.delete(name)
    entry.shelf.sorted = undefined
    domains.remove(entry.full)
  }

  return {
    put: (full) => {
      remove(full.name)
      const shelf = shelfOf(full)
      shelf.names.add(full.name)
      shelf.sorted = undefined
      domains.add(full)
      const device = { ...full, free: subtractResources(full.free, takings.of(full.name)) }
      entries.set(full.name, { device, cost: costOf(full, weights), full, shelf, place: 0 })
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
      const wanted = [...shelves.values()].filter(({ sample }) => isWanted(demand, sample))
      const walk = walkByCost(wanted, entries, demand.asked)
      const device = chooseDevice(walk, { demand, counts, least, nowMs })
      if (device !== undefined) return { device }
      const all = [...entries.values()].map((entry) => entry.device)
      return { blocked: explainBlock(demand, all) }
    },
  }
}

function isWanted(demand: Demand, { labels: own }: Device): boolean {
  return shelfLabels.every(
    (label) => demand.labels[label] === undefined || demand.labels[label] === own[label],
  )
}
