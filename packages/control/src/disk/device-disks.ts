import type { Pod } from '../object/object.ts'
import type { Disk, DiskAttachment, DiskPhase, DiskSnapshot } from './disk.ts'

/** Where a disk is attached: the uid of a pod, and the folder there. */
type Place = { readonly pod: string; readonly at: string }

/** What a device is to hold. What is not named stays as it is: only what is named to be erased goes. */
export type DeviceDisks = {
  readonly volumes: readonly {
    readonly id: string
    readonly sizeBytes: number
    readonly snapshot?: string
    readonly isMade: boolean
    readonly place?: Place
  }[]
  readonly snapshots: readonly {
    readonly id: string
    readonly volume: string
    readonly isMade: boolean
  }[]
  readonly erased: readonly string[]
}

/** What a device says that it holds. What was to be erased and is not in it is gone for good. */
export type DeviceDisksReport = {
  readonly volumes: readonly {
    readonly id: string
    readonly state: DiskPhase
    readonly sizeBytes?: number
    readonly place?: Place
    readonly message?: string
  }[]
  readonly snapshots: readonly {
    readonly id: string
    readonly state: 'pending' | 'failed' | 'lost' | 'completed'
    readonly sizeBytes?: number
    readonly digest?: string
    readonly message?: string
  }[]
}

/** What is known of a device's disks. */
export type DiskScene = {
  /** Those that are on it. */
  readonly disks: readonly Disk[]
  readonly snapshots: readonly DiskSnapshot[]
  /** The pods that are bound to it, by uid. */
  readonly pods: ReadonlyMap<string, Pod>
}

/** Returns what a device is to be told of disks; nothing where there is nothing to tell. */
export function deviceDisksOf({ disks, snapshots, pods }: DiskScene): DeviceDisks | undefined {
  const placeOf = placesOf(pods)
  const isKept = ({ metadata }: Disk | DiskSnapshot) => metadata?.deletionTimestamp === undefined
  const erased = [...disks, ...snapshots].filter((each) => !isKept(each)).map(uidOf)
  const told = {
    volumes: disks.filter(isKept).map((disk) => {
      const [place, snapshot] = [placeOf(disk), snapshotOf(disk, snapshots)]
      return {
        id: uidOf(disk),
        sizeBytes: disk.spec.sizeBytes,
        isMade: disk.status?.isMade === true,
        ...(snapshot !== undefined && { snapshot }),
        ...(place !== undefined && { place }),
      }
    }),
    snapshots: snapshots.filter(isKept).map((snapshot) => ({
      id: uidOf(snapshot),
      volume: snapshot.status?.disk ?? '',
      isMade: snapshot.status?.phase === 'completed',
    })),
    erased,
  }
  const isEmpty = disks.length === 0 && snapshots.length === 0
  return isEmpty ? undefined : inOrder(told)
}

/** Whatever the order in which objects are known, what is told is the same. */
function inOrder({ volumes, snapshots, erased }: DeviceDisks): DeviceDisks {
  const byId = (one: { readonly id: string }, other: { readonly id: string }): number =>
    one.id < other.id ? -1 : 1
  return {
    volumes: volumes.toSorted(byId),
    snapshots: snapshots.toSorted(byId),
    erased: erased.toSorted((one, other) => (one < other ? -1 : 1)),
  }
}

function placesOf(pods: ReadonlyMap<string, Pod>): (disk: Disk) => Place | undefined {
  const byName = new Map(
    [...pods].map(([uid, { metadata }]) => [`${metadata?.namespace}/${metadata?.name}`, uid]),
  )
  return ({ metadata, spec: { attachment } }) => {
    const pod = byName.get(`${metadata?.namespace}/${attachment?.instance}`)
    return pod === undefined || attachment === undefined ? undefined : { pod, at: attachment.at }
  }
}

/** A snapshot that is not on the same device cannot be had there. */
function snapshotOf(disk: Disk, snapshots: readonly DiskSnapshot[]): string | undefined {
  const { snapshot } = disk.spec
  if (snapshot === undefined) return undefined
  const found = snapshots.find(
    ({ metadata }) =>
      metadata?.namespace === disk.metadata?.namespace && metadata?.name === snapshot,
  )
  // Whoever took it away meanwhile leaves a disk that cannot be made, and not one that is empty.
  return found === undefined ? 'gone' : uidOf(found)
}

/** Returns what a disk's status becomes by a report; nothing where the report says nothing of it. */
export function diskStatusOf(
  disk: Disk,
  report: DeviceDisksReport,
  pods: ReadonlyMap<string, Pod>,
): Disk['status'] | undefined {
  const told = report.volumes.find(({ id }) => id === uidOf(disk))
  if (told === undefined) return undefined
  const { state, place, sizeBytes, message } = told
  return {
    ...disk.status,
    phase: state,
    isMade: disk.status?.isMade === true || sizeBytes !== undefined,
    attached: place === undefined ? null : attachmentOf(disk, place, pods),
    message: message ?? null,
  }
}

/** The pod may be one that its device alone remembers. */
function attachmentOf(
  { status }: Disk,
  { pod, at }: Place,
  pods: ReadonlyMap<string, Pod>,
): DiskAttachment {
  const instance = pods.get(pod)?.metadata?.name ?? status?.attached?.instance ?? ''
  return { instance, at }
}

/** The same of a snapshot. */
export function snapshotStatusOf(
  snapshot: DiskSnapshot,
  report: DeviceDisksReport,
): DiskSnapshot['status'] | undefined {
  const told = report.snapshots.find(({ id }) => id === uidOf(snapshot))
  if (told === undefined) return undefined
  const { state: phase, sizeBytes, digest, message } = told
  return {
    ...snapshot.status,
    phase,
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(digest !== undefined && { digest }),
    message: message ?? null,
  }
}

/** Whether a device that was told to erase an object, by its uid, holds nothing of it any more. */
export function isErased(
  object: Disk | DiskSnapshot,
  report: DeviceDisksReport,
  told: ReadonlySet<string>,
): boolean {
  const id = uidOf(object)
  // It may not have made yet what it was not told to erase.
  if (object.metadata?.deletionTimestamp === undefined || !told.has(id)) return false
  return ![...report.volumes, ...report.snapshots].some((each) => each.id === id)
}

/** Returns the id that no other object ever has; devices know it by that. */
export function uidOf({ metadata }: Disk | DiskSnapshot): string {
  return metadata?.uid ?? ''
}
