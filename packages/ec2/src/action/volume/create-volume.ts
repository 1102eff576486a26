import type * as EC2 from '@aws-sdk/client-ec2'

import type { Zone } from '../../door/region.ts'
import { ec2Kinds, type SnapshotSpec, type VolumeSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { createDisk } from '../../volume/disk-object.ts'
import { wantedPlace } from '../../volume/wanted-place.ts'
import { ActionError, missingParameter } from '../errors.ts'
import { findSnapshot } from '../snapshot/find-snapshot.ts'
import { readPerformance, type PerformanceWish } from './performance.ts'

/** What a volume is to be; its size may follow from its snapshot. */
export type VolumeWish = Omit<PerformanceWish, 'Size'> & {
  readonly Size?: number | undefined
  readonly zone: Zone
  readonly SnapshotId?: string | undefined
  readonly Encrypted?: boolean | undefined
  readonly KmsKeyId?: string | undefined
  readonly Tags?: readonly EC2.Tag[]
  readonly Attachments?: VolumeSpec['Attachments']
  /** It is what an instance runs on: no disk of its own. */
  readonly isRoot?: boolean
}

/**
 * Makes a volume, empty or of a snapshot.
 *
 * @throws {@link ActionError} for what cannot be.
 */
export function createVolume(transaction: Transaction, wish: VolumeWish): Resource<VolumeSpec> {
  const { zone, SnapshotId, KmsKeyId, Tags = [], Attachments = [] } = wish
  const snapshot = SnapshotId === undefined ? undefined : findSnapshot(transaction, SnapshotId).spec
  const performance = readPerformance({ ...wish, Size: sizeOf(wish, snapshot) })
  const hasDisk = snapshot?.HasDisk === true || Attachments.length > 0
  const made = transaction.create(ec2Kinds.volumes, (VolumeId) => ({
    VolumeId,
    ...(hasDisk && wish.isRoot !== true && { HasDisk: true as const }),
    ...performance,
    AvailabilityZone: zone.name,
    AvailabilityZoneId: zone.id,
    CreateTime: transaction.now,
    SnapshotId: SnapshotId ?? '',
    Encrypted: isEncrypted(wish, snapshot),
    ...(KmsKeyId !== undefined && { KmsKeyId }),
    Attachments: Attachments.map((attachment) => ({ ...attachment, VolumeId })),
    ...(Tags.length > 0 && { Tags: [...Tags] }),
  }))
  if (made.spec.HasDisk === true) makeDisk(transaction, made, snapshot)
  return made
}

/** What a snapshot has is on its device: whoever shares an image shares no device. */
function makeDisk(
  transaction: Transaction,
  { id, spec }: Resource<VolumeSpec>,
  snapshot: SnapshotSpec | undefined,
): void {
  const from = snapshot?.HasDisk === true ? snapshot.SnapshotId : undefined
  if (from !== undefined && transaction.find(ec2Kinds.snapshots, from) === undefined) {
    throw new ActionError(
      'UnsupportedOperation',
      `What snapshot '${from}' of another account has cannot be had here.`,
    )
  }
  const attachment = wantedPlace(spec)
  transaction.also(
    createDisk(transaction.machineName(id), {
      sizeGib: spec.Size ?? 0,
      ...(from !== undefined && { snapshot: from }),
      ...(attachment && { attachment }),
    }),
  )
}

/** It may be larger than its snapshot. */
function sizeOf({ Size, SnapshotId }: VolumeWish, snapshot: SnapshotSpec | undefined): number {
  const least = snapshot?.VolumeSize ?? 0
  if (Size === undefined && snapshot === undefined) throw missingParameter('size/snapshot')
  const size = Size ?? least
  if (size >= least) return size
  throw new ActionError(
    'InvalidParameterValue',
    `Volume of size ${size}GB is smaller than snapshot '${SnapshotId}', expect size >= ${least}GB`,
  )
}

/** What was encrypted stays so. */
function isEncrypted(
  { Encrypted, KmsKeyId }: VolumeWish,
  snapshot: SnapshotSpec | undefined,
): boolean {
  if (KmsKeyId !== undefined && Encrypted !== true) {
    throw new ActionError(
      'InvalidParameterDependency',
      'The parameter KmsKeyId requires the parameter Encrypted to be set.',
    )
  }
  return Encrypted === true || snapshot?.Encrypted === true
}

/** Returns the zone that is asked for, by its name or by its id. */
export function zoneOf(
  transaction: Transaction,
  {
    AvailabilityZone: name,
    AvailabilityZoneId: id,
  }: {
    readonly AvailabilityZone?: string | undefined
    readonly AvailabilityZoneId?: string | undefined
  },
): Zone {
  if (name === undefined && id === undefined) throw missingParameter('zone')
  if (name !== undefined && id !== undefined) {
    throw new ActionError(
      'InvalidParameterCombination',
      'Only one of AvailabilityZone and AvailabilityZoneId can be specified.',
    )
  }
  const zone = transaction.zones.find((each) =>
    name === undefined ? each.id === id : each.name === name,
  )
  if (zone !== undefined) return zone
  const said = (name ?? id ?? '').slice(0, 100)
  throw new ActionError('InvalidZone.NotFound', `The zone '${said}' does not exist.`)
}
