import {
  byCost,
  hasCores,
  type Demand,
  type Device,
  type PricedDevice,
  type Resources,
} from '@nexqloud/rules'

import { labels } from '../object/names.ts'
import { createRoomTree, type RoomTree } from './room-tree.ts'

/** A device on its shelf. */
export type Entry = PricedDevice & {
  /** As it is without pods. */
  readonly full: Device
  readonly shelf: Shelf
  /** Where it stands; set when the shelf is put in order. */
  place: number
}

/** Devices that are alike in what pods choose by. */
export type Shelf = {
  readonly sample: Device
  readonly names: Set<string>
  /** Cheapest first; made anew when a device came, went or changed its price. */
  sorted: SortedShelf | undefined
}

type SortedShelf = { readonly row: readonly string[]; readonly tree: RoomTree }
type Entries = ReadonlyMap<string, Entry>

/** All shelves. */
export type Shelves = {
  /** Returns the shelf of a device; a new one where it is the first of its kind. */
  readonly of: (device: Device) => Shelf
  /** Takes a device off its shelf; an empty one is forgotten: devices say by what they are told apart. */
  readonly remove: (shelf: Shelf, name: string) => void
  /** Those with devices that a pod may choose. */
  readonly wantedBy: (demand: Pick<Demand, 'labels' | 'coresMilli'>) => readonly Shelf[]
}

const shelfLabels = [labels.architecture, labels.region, labels.tier]

/** Returns no shelves. */
export function createShelves(): Shelves {
  const shelves = new Map<string, Shelf>()
  return {
    of: (device) => {
      const key = keyOf(device)
      const shelf = shelves.get(key) ?? { sample: device, names: new Set(), sorted: undefined }
      shelves.set(key, shelf)
      return shelf
    },
    remove: (shelf, name) => {
      shelf.names.delete(name)
      shelf.sorted = undefined
      if (shelf.names.size === 0) shelves.delete(keyOf(shelf.sample))
    },
    wantedBy: (demand) =>
      [...shelves.values()].filter(
        ({ sample }) => hasCores(demand, sample) && isAsked(demand, sample),
      ),
  }
}

function keyOf({ coresMilli, labels: own }: Device): string {
  return JSON.stringify([coresMilli, ...shelfLabels.map((label) => own[label] ?? null)])
}

function isAsked({ labels: asked }: Pick<Demand, 'labels'>, { labels: own }: Device): boolean {
  return shelfLabels.every((label) => asked[label] === undefined || asked[label] === own[label])
}

/** Returns the devices of shelves that have room, cheapest first; to be gone through once. */
export function walkByCost(
  shelves: readonly Shelf[],
  entries: Entries,
  asked: Resources,
): Iterable<Device> {
  const entryAt = ({ row, tree }: SortedShelf, from: number) => {
    const place = tree.next(from, asked)
    return place === undefined ? undefined : entries.get(row[place] ?? '')
  }
  const heads = shelves.map((shelf) => {
    const sorted = sortShelf(shelf, entries)
    return { sorted, head: entryAt(sorted, 0) }
  })
  const next = (): IteratorResult<Device> => {
    let first: (typeof heads)[number] | undefined
    for (const each of heads) {
      if (each.head === undefined) continue
      if (first?.head === undefined || byCost(each.head, first.head) < 0) first = each
    }
    if (first?.head === undefined) return { done: true, value: undefined }
    const { device, place } = first.head
    first.head = entryAt(first.sorted, place + 1)
    return { done: false, value: device }
  }
  return { [Symbol.iterator]: () => ({ next }) }
}

function sortShelf(shelf: Shelf, entries: Entries): SortedShelf {
  if (shelf.sorted !== undefined) return shelf.sorted
  const sorted = [...shelf.names]
    .map((name) => entries.get(name))
    .filter((entry) => entry !== undefined)
    .toSorted(byCost)
  for (const [place, entry] of sorted.entries()) entry.place = place
  const tree = createRoomTree(sorted.map(({ device }) => device.free))
  shelf.sorted = { row: sorted.map(({ device }) => device.name), tree }
  return shelf.sorted
}
