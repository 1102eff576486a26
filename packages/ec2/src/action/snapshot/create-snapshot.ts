import type * as EC2 from '@aws-sdk/client-ec2'

import { ec2Kinds, type SnapshotSpec, type VolumeSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'

/** Makes a snapshot of a volume. */
export function createSnapshot(
  transaction: Transaction,
  { id: VolumeId, spec }: Resource<VolumeSpec>,
  { Description, Tags }: { readonly Description: string; readonly Tags: readonly EC2.Tag[] },
): Resource<SnapshotSpec> {
  const { Size = 0, Encrypted = false, KmsKeyId } = spec
  return transaction.create(ec2Kinds.snapshots, (SnapshotId) => ({
    SnapshotId,
    VolumeId,
    Description,
    Encrypted,
    ...(KmsKeyId !== undefined && { KmsKeyId }),
    OwnerId: transaction.caller.account.id,
    Progress: '100%',
    StartTime: transaction.now,
    State: 'completed',
    StorageTier: 'standard',
    VolumeSize: Size,
    ...(Tags.length > 0 && { Tags: [...Tags] }),
  }))
}
