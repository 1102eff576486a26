import type * as EC2 from '@aws-sdk/client-ec2'

import { ec2Kinds, type SnapshotSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { createDiskSnapshot, removeDiskSnapshot } from '../../volume/disk-object.ts'

/** Of what a snapshot is, and how it is described. */
export type SnapshotWish = {
  readonly VolumeId: string
  readonly VolumeSize: number
  readonly Encrypted: boolean
  readonly KmsKeyId: string | undefined
  readonly Description: string
  readonly Tags: readonly EC2.Tag[]
}

/** Makes a snapshot of a volume. */
export function createSnapshot(
  transaction: Transaction,
  { KmsKeyId, Tags, ...wish }: SnapshotWish,
): Resource<SnapshotSpec> {
  const disk = diskOf(transaction, wish.VolumeId)
  const made = transaction.create(ec2Kinds.snapshots, (SnapshotId): SnapshotSpec => ({
    SnapshotId,
    ...(disk !== undefined && { HasDisk: true as const }),
    ...wish,
    ...(KmsKeyId !== undefined && { KmsKeyId }),
    OwnerId: transaction.caller.account.id,
    Progress: '100%',
    StartTime: transaction.now,
    State: 'completed',
    StorageTier: 'standard',
    ...(Tags.length > 0 && { Tags: [...Tags] }),
  }))
  const name = transaction.machineName(made.id)
  if (disk !== undefined) transaction.also(createDiskSnapshot(name, disk))
  return made
}

/** Takes a snapshot away, and what its device keeps of it. */
export function removeSnapshot(transaction: Transaction, snapshot: Resource<SnapshotSpec>): void {
  transaction.remove(ec2Kinds.snapshots, snapshot)
  if (snapshot.spec.HasDisk !== true) return
  transaction.also(removeDiskSnapshot(transaction.machineName(snapshot.id)))
}

/** Of a volume that is on no device yet there is nothing to keep. */
function diskOf(transaction: Transaction, VolumeId: string): string | undefined {
  const volume = transaction.find(ec2Kinds.volumes, VolumeId)
  const hasDisk = volume?.spec.HasDisk === true && transaction.seeVolume(volume).phase !== 'absent'
  return hasDisk ? VolumeId : undefined
}

/** Returns a snapshot as it is. */
export function seeSnapshot(
  transaction: Transaction,
  { id, spec }: Resource<SnapshotSpec>,
): SnapshotSpec {
  if (spec.HasDisk !== true) return spec
  const { phase, message } = transaction.seeSnapshot(id)
  if (phase === 'completed') return spec
  const isBroken = phase === 'failed' || phase === 'lost'
  return {
    ...spec,
    State: isBroken ? 'error' : 'pending',
    Progress: '',
    ...(message !== undefined && { StateMessage: message }),
  }
}
