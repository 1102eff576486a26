import { selectPage } from '../../door/select-page.ts'
import type { FilterTable } from '../../filter/filter.ts'
import { ec2Kinds, type SnapshotSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Handlers } from '../action.ts'
import { ActionError } from '../errors.ts'
import { tagsFor } from '../tag/tags.ts'
import { createSnapshot, removeSnapshot, seeSnapshot } from './create-snapshot.ts'
import { listSnapshots, userOfSnapshot } from './find-snapshot.ts'

const { snapshots, volumes } = ec2Kinds

const page = { least: 5, most: 1000 }

/** Source: EC2's API reference, DescribeSnapshots. */
const filters: FilterTable<Resource<SnapshotSpec>> = {
  description: ({ spec }) => [spec.Description ?? ''],
  encrypted: ({ spec }) => [String(spec.Encrypted === true)],
  'owner-alias': ({ spec }) => (spec.OwnerAlias === undefined ? [] : [spec.OwnerAlias]),
  'owner-id': ({ spec }) => [spec.OwnerId ?? ''],
  progress: ({ spec }) => [spec.Progress ?? ''],
  'snapshot-id': ({ id }) => [id],
  'start-time': ({ spec }) => [spec.StartTime ?? ''],
  status: ({ spec }) => [spec.State ?? ''],
  'storage-tier': () => ['standard'],
  'transfer-type': () => [],
  'volume-id': ({ spec }) => [spec.VolumeId ?? ''],
  'volume-size': ({ spec }) => [String(spec.VolumeSize ?? '')],
}

/** CreateSnapshot, DescribeSnapshots, DeleteSnapshot: what a volume was at a moment. */
export const snapshotActions = {
  CreateSnapshot: ({ VolumeId, Description = '', TagSpecifications }, transaction) => {
    const volume = transaction.get(volumes, VolumeId ?? '')
    const Tags = tagsFor(TagSpecifications, 'snapshot')
    const { Size: VolumeSize = 0, Encrypted = false, KmsKeyId } = volume.spec
    const ofVolume = { VolumeId: volume.id, VolumeSize, Encrypted, KmsKeyId }
    const { spec } = createSnapshot(transaction, { ...ofVolume, Description, Tags })
    return { ...told(spec), State: 'pending', Progress: '', Tags }
  },

  DescribeSnapshots: (input, transaction) => {
    const { OwnerIds = [], RestorableByUserIds = [], SnapshotIds } = input
    const { id: self } = transaction.caller.account
    const isOf = ({ spec }: Resource<SnapshotSpec>, owner: string): boolean =>
      spec.OwnerId === (owner === 'self' ? self : owner) || spec.OwnerAlias === owner
    const rows = listSnapshots(transaction)
      .map((row) => ({ ...row, spec: seeSnapshot(transaction, row) }))
      .filter((row) => OwnerIds.length === 0 || OwnerIds.some((owner) => isOf(row, owner)))
      .filter((row) => isRestorable(row, RestorableByUserIds, self))
    const choice = { rows, filters, ids: SnapshotIds, notFound, page }
    const { rows: chosen, ...next } = selectPage(input, choice)
    return { Snapshots: chosen.map(({ spec }) => told(spec)), ...next }
  },

  DeleteSnapshot: ({ SnapshotId }, transaction) => {
    const snapshot = transaction.get(snapshots, SnapshotId ?? '')
    const user = userOfSnapshot(transaction, snapshot.id)
    if (user !== undefined) {
      throw new ActionError(
        'InvalidSnapshot.InUse',
        `The snapshot ${snapshot.id} is currently in use by ${user.id}`,
      )
    }
    removeSnapshot(transaction, snapshot)
    return {}
  },
} as const satisfies Handlers

function told(snapshot: SnapshotSpec) {
  const { HasDisk: _, ...spec } = snapshot
  return { ...spec, Tags: spec.Tags ?? [] }
}

/** Those that everybody may use belong to nobody's account. */
function isRestorable(
  { spec }: Resource<SnapshotSpec>,
  users: readonly string[],
  self: string,
): boolean {
  if (users.length === 0) return true
  const isOwn = spec.OwnerId === self
  return users.some((user) => (user === 'all' ? !isOwn : isOwn && [self, 'self'].includes(user)))
}

function notFound([id = '']: readonly string[]): ActionError {
  return new ActionError(snapshots.notFound, `The snapshot '${id.slice(0, 100)}' does not exist.`)
}
