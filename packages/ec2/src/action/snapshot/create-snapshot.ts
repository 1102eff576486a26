import type * as EC2 from '@aws-sdk/client-ec2'

import { ec2Kinds, type SnapshotSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'

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
  return transaction.create(ec2Kinds.snapshots, (SnapshotId) => ({
    SnapshotId,
    ...wish,
    ...(KmsKeyId !== undefined && { KmsKeyId }),
    OwnerId: transaction.caller.account.id,
    Progress: '100%',
    StartTime: transaction.now,
    State: 'completed',
    StorageTier: 'standard',
    ...(Tags.length > 0 && { Tags: [...Tags] }),
  }))
}
