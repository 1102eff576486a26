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
export function planDisks(scene: DiskScene): readonly DiskAction[] {
  return [
    ...planDetaching(scene),
    ...planErasing(scene),
    ...planMaking(scene),
    ...planAttaching(scene),
    ...planSnapshots(scene),
  ]
}

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
