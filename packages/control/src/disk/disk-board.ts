import type { Clock } from '@nexqloud/kernel'
import { createInformer, type Change, type KubeClient } from '@nexqloud/kube'

import { defineForSure } from '../object/define-kind.ts'
import { createGroups } from '../object/groups.ts'
import { settled, toJson, type Pod } from '../object/object.ts'
import {
  diskStatusOf,
  isErased,
  snapshotStatusOf,
  uidOf,
  type DeviceDisksReport,
} from './device-disks.ts'
import {
  defineDisks,
  DISK_FINALIZER,
  disks,
  diskSnapshots,
  type Disk,
  type DiskSnapshot,
} from './disk.ts'

/** What is followed, and whom its changes concern. */
export type DiskBoardParts = {
  readonly client: KubeClient
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
  /** The disks of this device have changed. */
  readonly onChange: (device: string) => void
  /** Returns the device that the pod of an instance is bound to. */
  readonly deviceOf: (pod: {
    readonly namespace: string
    readonly name: string
  }) => string | undefined
}

/** The disks and snapshots of all devices, and those that have none yet. */
export class DiskBoard {
  readonly #parts: DiskBoardParts
  readonly #disks
  readonly #snapshots
  readonly #disksOf = createGroups<Disk>(keyOfDisk)
  readonly #snapshotsOf = createGroups<DiskSnapshot>(keyOfSnapshot)

  constructor(parts: DiskBoardParts) {
    this.#parts = parts
    this.#disks = createInformer(parts.client, {
      ...parts,
      kind: disks,
      onChange: (change) => this.#followDisk(change),
    })
    this.#snapshots = createInformer(parts.client, {
      ...parts,
      kind: diskSnapshots,
      onChange: (change) => this.#followSnapshot(change),
    })
  }

  /** Resolves once all that there is has been seen. */
  get synced(): Promise<unknown> {
    return Promise.all([this.#disks.synced, this.#snapshots.synced])
  }

  /** Follows until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await defineForSure(this.#parts, defineDisks, signal)
    if (signal.aborted) return
    await Promise.all([this.#disks.run(signal), this.#snapshots.run(signal)])
  }

  /** Returns what is on a device, or is to be. */
  of(device: string): {
    readonly disks: readonly Disk[]
    readonly snapshots: readonly DiskSnapshot[]
  } {
    const key = onDevice(device)
    return { disks: this.#disksOf.of(key), snapshots: this.#snapshotsOf.of(key) }
  }

  /**
   * Gives a device what belongs on it and has none yet: disks of its pods, snapshots of its disks, disks of its snapshots. What is more than it can be told of waits,
   * and says so.
   */
  async claim(device: string, pods: ReadonlyMap<string, Pod>): Promise<void> {
    const { client } = this.#parts
    const own = this.of(device)
    const fresh = [...pods.values()].flatMap(({ metadata }) =>
      this.#disksOf.of(forInstance(metadata?.namespace, metadata?.name)),
    )
    const restored = own.snapshots.flatMap(({ metadata }) =>
      this.#disksOf.of(ofSnapshot(metadata?.namespace, metadata?.name)),
    )
    const mayHave = createShares(own.disks)
    for (const disk of [...fresh, ...restored]) {
      const status = mayHave(disk) ? { device, phase: 'creating', message: null } : noShare
      await give(client, disks, { object: disk, status })
    }
    const mayKeep = createShares(own.snapshots)
    for (const disk of own.disks) {
      const taken = this.#snapshotsOf.of(ofDisk(disk.metadata?.namespace, disk.metadata?.name))
      for (const snapshot of taken) {
        const claimed = { device, phase: 'pending', disk: uidOf(disk), message: null }
        const status = mayKeep(snapshot) ? claimed : noShare
        await give(client, diskSnapshots, { object: snapshot, status })
      }
    }
  }

  /** Writes what a device reports of its disks, after it was told to erase some, and lets go of those that it has erased. */
  async write(
    device: string,
    {
      report,
      erased,
    }: { readonly report: DeviceDisksReport; readonly erased: ReadonlySet<string> },
    pods: ReadonlyMap<string, Pod>,
  ): Promise<void> {
    const { client } = this.#parts
    const own = this.of(device)
    for (const disk of own.disks) {
      if (isErased(disk, report, erased)) await release(client, disks, disk)
      else await tell(client, disks, { object: disk, status: diskStatusOf(disk, report, pods) })
    }
    for (const snapshot of own.snapshots) {
      if (isErased(snapshot, report, erased)) await release(client, diskSnapshots, snapshot)
      else
        await tell(client, diskSnapshots, {
          object: snapshot,
          status: snapshotStatusOf(snapshot, report),
        })
    }
  }

  #followDisk(change: Change<Disk>): void {
    this.#tell(this.#disksOf.follow(change))
    // Snapshots wait for a device with their disk.
    const { namespace = '', name = '' } = change.object.metadata ?? {}
    if (this.#snapshotsOf.of(ofDisk(namespace, name)).length > 0) {
      this.#wake(change.object.status?.device)
    }
  }

  #followSnapshot(change: Change<DiskSnapshot>): void {
    this.#tell(this.#snapshotsOf.follow(change))
    const { namespace = '', name = '' } = change.object.metadata ?? {}
    if (this.#disksOf.of(ofSnapshot(namespace, name)).length > 0) {
      this.#wake(change.object.status?.device)
    }
  }

  #tell(keys: readonly string[]): void {
    for (const key of keys) {
      const [kind, namespace = '', name = ''] = key.split('/')
      if (kind === 'device') this.#wake(namespace)
      if (kind === 'instance') this.#wake(this.#parts.deviceOf({ namespace, name }))
      if (kind === 'disk') this.#wake(this.#disks.get({ namespace, name })?.status?.device)
      if (kind === 'snapshot') this.#wake(this.#snapshots.get({ namespace, name })?.status?.device)
    }
  }

  #wake(device: string | undefined): void {
    if (device !== undefined && device !== '') this.#parts.onChange(device)
  }
}

const onDevice = (device: string): string => `device/${device}`
const forInstance = (namespace = '', name = ''): string => `instance/${namespace}/${name}`
const ofDisk = (namespace = '', name = ''): string => `disk/${namespace}/${name}`
const ofSnapshot = (namespace = '', name = ''): string => `snapshot/${namespace}/${name}`

function keyOfDisk({ metadata, spec, status }: Disk): string | undefined {
  if (status?.device !== undefined) return onDevice(status.device)
  if (spec.snapshot !== undefined) return ofSnapshot(metadata?.namespace, spec.snapshot)
  return spec.attachment && forInstance(metadata?.namespace, spec.attachment.instance)
}

function keyOfSnapshot({ metadata, spec, status }: DiskSnapshot): string | undefined {
  if (status?.device !== undefined) return onDevice(status.device)
  return ofDisk(metadata?.namespace, spec.disk)
}

type DiskKind = typeof disks | typeof diskSnapshots

function nameOf({ metadata }: Disk | DiskSnapshot) {
  return { namespace: metadata?.namespace ?? '', name: metadata?.name ?? '' }
}

/** Of disks, and of snapshots, that a device can be told of: those of all namespaces, and of one, so that nobody takes all of them. */
const MOST = 1024
const MOST_OF_NAMESPACE = 256
const noShare = {
  message: `Its device holds as many as it can: ${MOST_OF_NAMESPACE} of a namespace, ${MOST} of all.`,
}

/** Returns who takes of what a device can hold, beside what it does. */
function createShares(
  held: readonly (Disk | DiskSnapshot)[],
): (object: Disk | DiskSnapshot) => boolean {
  const counts = new Map<string, number>()
  let count = 0
  const take = ({ metadata: { namespace = '' } = {} }: Disk | DiskSnapshot): void => {
    counts.set(namespace, (counts.get(namespace) ?? 0) + 1)
    count += 1
  }
  held.forEach(take)
  return (object) => {
    const own = counts.get(object.metadata?.namespace ?? '') ?? 0
    const isFree = count < MOST && own < MOST_OF_NAMESPACE
    if (isFree) take(object)
    return isFree
  }
}

/** Writes which device an object is on, or why it is on none. */
async function give(
  client: KubeClient,
  kind: DiskKind,
  given: { readonly object: Disk | DiskSnapshot; readonly status: object },
): Promise<void> {
  if ('device' in given.status) await claim(client, kind, given)
  else await tell(client, kind, given)
}

/** It is kept from being forgotten before its device hears of it. */
async function claim(
  client: KubeClient,
  kind: DiskKind,
  { object, status }: { readonly object: Disk | DiskSnapshot; readonly status: object },
): Promise<void> {
  const { resourceVersion = '', finalizers = [], deletionTimestamp } = object.metadata ?? {}
  if (deletionTimestamp !== undefined) return
  const metadata = {
    resourceVersion,
    finalizers: [...new Set([...finalizers, DISK_FINALIZER])],
  }
  const patch = { type: 'merge', body: toJson({ metadata }) } as const
  const kept = await settled(client.patch<object>(kind, nameOf(object), patch))
  if (kept === undefined) return
  // Whoever stood still in between does not take it from a device that has it since.
  const { resourceVersion: keptVersion = '' } = (kept as Disk).metadata ?? {}
  const body = toJson({ metadata: { resourceVersion: keptVersion }, status })
  await settled(
    client.patch<object>(
      kind,
      { ...nameOf(object), subresource: 'status' },
      { type: 'merge', body },
    ),
  )
}

async function release(
  client: KubeClient,
  kind: DiskKind,
  object: Disk | DiskSnapshot,
): Promise<void> {
  const { resourceVersion = '', finalizers = [] } = object.metadata ?? {}
  const metadata = {
    resourceVersion,
    finalizers: finalizers.filter((each) => each !== DISK_FINALIZER),
  }
  const patch = { type: 'merge', body: toJson({ metadata }) } as const
  await settled(client.patch<object>(kind, nameOf(object), patch))
}

async function tell(
  client: KubeClient,
  kind: DiskKind,
  { object, status }: { readonly object: Disk | DiskSnapshot; readonly status: object | undefined },
): Promise<void> {
  const before = new Map<string, unknown>(Object.entries(object.status ?? {}))
  const isTold = Object.entries(status ?? {}).every(
    ([field, value]) => JSON.stringify(value ?? null) === JSON.stringify(before.get(field) ?? null),
  )
  if (isTold) return
  const { resourceVersion = '' } = object.metadata ?? {}
  const body = toJson({ metadata: { resourceVersion }, status })
  await settled(
    client.patch<object>(
      kind,
      { ...nameOf(object), subresource: 'status' },
      { type: 'merge', body },
    ),
  )
}
