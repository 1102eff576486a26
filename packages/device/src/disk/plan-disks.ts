import type { StoredVolumes, VolumePlace } from '@nexqloud/engine'

import type { WantedDisks } from '../protocol/disks.ts'

/** Something to be done with a disk. */
export type DiskAction =
  | { readonly type: 'detach'; readonly id: string }
  | { readonly type: 'remove'; readonly id: string }
  | { readonly type: 'removeSnapshot'; readonly id: string }
  | {
      readonly type: 'create'
      readonly id: string
      readonly sizeBytes: number
      readonly snapshot?: string
    }
  | { readonly type: 'attach'; readonly id: string; readonly place: VolumePlace }
  | { readonly type: 'snapshot'; readonly id: string; readonly volume: string }

/** What is wanted, and what is. */
export type DiskScene = {
  readonly wanted: WantedDisks
  readonly found: StoredVolumes
  /** The pods of which something is on the device, or is to be; undefined while nobody has looked: then no pod counts as gone, and none as there. */
  readonly pods: ReadonlySet<string> | undefined
}

/**
 * Returns what brings a device's disks nearer to what is wanted, in the order in which it is to be done. Where nothing is wanted of a volume it stays, but
 * that it leaves a pod that is gone, and a place that another one is to have. What is erased while a snapshot of it is wanted goes after that.
 */
export function planDisks(told: DiskScene): readonly DiskAction[] {
  const scene = { ...told, wanted: withoutTaken(told.wanted) }
  return [
    ...planDetaching(scene),
    ...planErasing(scene),
    ...planMaking(scene),
    ...planAttaching(scene),
    ...planSnapshots(scene),
  ]
}

/** Two volumes at one place would drive each other out for ever: it is that of the smallest id, and the others are not attached. */
function withoutTaken(wanted: WantedDisks): WantedDisks {
  const taken = new Set([...findTaken(wanted).map(({ id }) => id), ...wanted.erased])
  const volumes = wanted.volumes.map((each) => {
    if (!taken.has(each.id)) return each
    const { place: _, ...rest } = each
    return rest
  })
  return { ...wanted, volumes }
}

/** Returns the volumes that are wanted where another one is to be, and which one. */
export function findTaken({
  volumes,
  erased,
}: WantedDisks): readonly { readonly id: string; readonly by: string }[] {
  const firsts = new Map<string, string>()
  return volumes.toSorted(byId).flatMap(({ id, place }) => {
    if (place === undefined || erased.includes(id)) return []
    const key = `${place.pod}/${place.at}`
    const by = firsts.get(key)
    if (by === undefined) firsts.set(key, id)
    return by === undefined ? [] : [{ id, by }]
  })
}

const byId = (one: { readonly id: string }, other: { readonly id: string }): number =>
  one.id < other.id ? -1 : 1

function planDetaching({ wanted, found, pods }: DiskScene): readonly DiskAction[] {
  const erased = new Set(wanted.erased)
  return found.volumes.flatMap(({ id, place }) => {
    if (place === undefined) return []
    const own = wanted.volumes.find((each) => each.id === id)
    const isGone = pods !== undefined && !pods.has(place.pod)
    const isElsewhere = own !== undefined && !isSamePlace(own.place, place)
    const isOthers = wanted.volumes.some((each) => each.id !== id && isSamePlace(each.place, place))
    return isGone || isElsewhere || isOthers || erased.has(id)
      ? [{ type: 'detach' as const, id }]
      : []
  })
}

function planErasing({ wanted, found }: DiskScene): readonly DiskAction[] {
  const erased = new Set(wanted.erased)
  const needed = new Set(missingSnapshots({ wanted, found }).map(({ volume }) => volume))
  const volumes = found.volumes.filter(
    ({ id, place }) => erased.has(id) && place === undefined && !needed.has(id),
  )
  const restored = new Set(missingVolumes({ wanted, found }).map(({ snapshot }) => snapshot))
  const snapshots = found.snapshots.filter(({ id }) => erased.has(id) && !restored.has(id))
  return [
    ...volumes.map(({ id }) => ({ type: 'remove' as const, id })),
    ...snapshots.map(({ id }) => ({ type: 'removeSnapshot' as const, id })),
  ]
}

function missingVolumes({
  wanted,
  found,
}: Pick<DiskScene, 'wanted' | 'found'>): WantedDisks['volumes'] {
  const there = new Set([...found.volumes.map(({ id }) => id), ...wanted.erased])
  return wanted.volumes.filter(({ id, isMade }) => !isMade && !there.has(id))
}

function missingSnapshots({
  wanted,
  found,
}: Pick<DiskScene, 'wanted' | 'found'>): WantedDisks['snapshots'] {
  const there = new Set([...found.snapshots.map(({ id }) => id), ...wanted.erased])
  return wanted.snapshots.filter(({ id, isMade }) => !isMade && !there.has(id))
}

function planMaking(scene: DiskScene): readonly DiskAction[] {
  return missingVolumes(scene).map(({ id, sizeBytes, snapshot }) => ({
    type: 'create',
    id,
    sizeBytes,
    ...(snapshot !== undefined && { snapshot }),
  }))
}

function planAttaching({ wanted, found, pods }: DiskScene): readonly DiskAction[] {
  const erased = new Set(wanted.erased)
  return wanted.volumes.flatMap(({ id, place }) => {
    const own = found.volumes.find((each) => each.id === id)
    if (place === undefined || own === undefined || erased.has(id)) return []
    const isFree = own.place === undefined && pods?.has(place.pod) === true
    return isFree ? [{ type: 'attach' as const, id, place }] : []
  })
}

function planSnapshots({ wanted, found }: DiskScene): readonly DiskAction[] {
  const volumes = new Set(found.volumes.map(({ id }) => id))
  return missingSnapshots({ wanted, found })
    .filter(({ volume }) => volumes.has(volume))
    .map(({ id, volume }) => ({ type: 'snapshot', id, volume }))
}

/** Whether a volume is where it is to be. */
export function isSamePlace(one: VolumePlace | undefined, other: VolumePlace | undefined): boolean {
  return one?.pod === other?.pod && one?.at === other?.at
}
