import type * as EC2 from '@aws-sdk/client-ec2'

import { ec2Kinds, type ImageSpec } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { removeSnapshot } from '../snapshot/create-snapshot.ts'
import { userOfSnapshot } from '../snapshot/find-snapshot.ts'
import { isGone, ownImage } from './find-image.ts'

const { images, snapshots } = ec2Kinds

/** So long EC2 says of an image that it is no longer available. */
const REMEMBERED_MS = 3_600_000

/**
 * Takes an image away; what was launched of it runs on. Returns what became of its snapshots, where they are to go with it.
 *
 * @throws {@link ActionError} where it is none of the account's.
 */
export function deregisterImage(
  transaction: Transaction,
  {
    ImageId = '',
    isWithSnapshots,
  }: { readonly ImageId?: string | undefined; readonly isWithSnapshots: boolean },
): readonly EC2.DeleteSnapshotReturnCode[] {
  const image = ownImage(transaction, ImageId)
  forgetOld(transaction)
  transaction.change(images, image, { State: 'deregistered', DeregisteredAt: transaction.now })
  if (!isWithSnapshots) return []
  return snapshotsOf(image.spec).map((SnapshotId) => deleteUnused(transaction, SnapshotId))
}

function snapshotsOf({ BlockDeviceMappings = [] }: ImageSpec): readonly string[] {
  return BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? [])
}

/** Another image may need it. */
function deleteUnused(transaction: Transaction, SnapshotId: string): EC2.DeleteSnapshotReturnCode {
  const snapshot = transaction.find(snapshots, SnapshotId)
  if (snapshot === undefined) return { SnapshotId, ReturnCode: 'skipped' }
  if (userOfSnapshot(transaction, SnapshotId) !== undefined) {
    return { SnapshotId, ReturnCode: 'skipped' }
  }
  removeSnapshot(transaction, snapshot)
  return { SnapshotId, ReturnCode: 'success' }
}

function forgetOld(transaction: Transaction): void {
  const before = transaction.nowMs - REMEMBERED_MS
  for (const image of transaction.list(images)) {
    const { DeregisteredAt } = image.spec
    if (isGone(image.spec) && DeregisteredAt !== undefined && Date.parse(DeregisteredAt) < before) {
      transaction.remove(images, image)
    }
  }
}
