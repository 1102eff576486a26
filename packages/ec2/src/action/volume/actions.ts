import { selectPage } from '../../door/select-page.ts'
import { assertGibibytes } from '../../quota/assert-quotas.ts'
import { ec2Kinds, type VolumeSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Handlers } from '../action.ts'
import { ActionError, missingParameter } from '../errors.ts'
import { tagsFor } from '../tag/tags.ts'
import { attach, detach } from './attachment.ts'
import { createVolume, zoneOf } from './create-volume.ts'
import { describeStatus, describeVolume } from './describe-volume.ts'
import { modificationFilters, volumeFilters, volumeStatusFilters } from './filters.ts'
import { removeVolume } from './instance-volumes.ts'
import { modifyVolume } from './modify-volume.ts'
import { seeVolume } from './seen-volume.ts'

const { instances, volumes } = ec2Kinds

/** Source: EC2's user guide, pagination. */
const page = { least: 5, most: 1000 }
const modificationPage = { least: 1, most: 500 }

/** What is done with volumes. */
export const volumeActions = {
  CreateVolume: (input, transaction) => {
    const { Size, SnapshotId, Encrypted, KmsKeyId } = input
    const { VolumeType, Iops, Throughput, MultiAttachEnabled } = input
    const performance = { VolumeType, Iops, Throughput, MultiAttachEnabled }
    const zone = zoneOf(transaction, input)
    const Tags = tagsFor(input.TagSpecifications, 'volume')
    const wish = { ...performance, Size, zone, SnapshotId, Encrypted, KmsKeyId, Tags }
    const { spec } = createVolume(transaction, wish)
    const { HasDisk: _, ...told } = spec
    return { ...told, State: 'creating' }
  },

  DeleteVolume: ({ VolumeId }, transaction) => {
    const volume = transaction.get(volumes, VolumeId ?? '')
    const [attachment] = seeVolume(transaction, volume).Attachments ?? []
    if (attachment !== undefined) {
      throw new ActionError(
        'VolumeInUse',
        `Volume ${volume.id} is currently attached to ${attachment.InstanceId}`,
      )
    }
    removeVolume(transaction, volume)
    return {}
  },

  DescribeVolumes: (input, transaction) => {
    const rows = transaction
      .list(volumes)
      .map((row) => ({ ...row, spec: seeVolume(transaction, row) }))
    const choice = { rows, filters: volumeFilters, ids: input.VolumeIds, notFound, page }
    const { rows: chosen, ...next } = selectPage(input, choice)
    return { Volumes: chosen.map(({ spec }) => describeVolume(spec)), ...next }
  },

  DescribeVolumeStatus: (input, transaction) => {
    const rows = transaction.list(volumes)
    const choice = { rows, filters: volumeStatusFilters, ids: input.VolumeIds, notFound, page }
    const { rows: chosen, ...next } = selectPage(input, choice)
    return { VolumeStatuses: chosen.map(({ spec }) => describeStatus(spec)), ...next }
  },

  AttachVolume: ({ VolumeId, InstanceId, Device }, transaction) => {
    if (Device === undefined || Device === '') throw missingParameter('device')
    const volume = transaction.get(volumes, VolumeId ?? '')
    const instance = transaction.get(instances, InstanceId ?? '')
    return { ...attach(transaction, volume, { instance, Device }), State: 'attaching' }
  },

  DetachVolume: ({ VolumeId, InstanceId, Device }, transaction) => {
    const volume = transaction.get(volumes, VolumeId ?? '')
    return { ...detach(transaction, volume, { InstanceId, Device }), State: 'detaching' }
  },

  ModifyVolume: (input, transaction) => {
    const volume = transaction.get(volumes, input.VolumeId ?? '')
    assertMayGrow(transaction, volume, input.Size)
    const { performance, modification } = modifyVolume(volume.spec, input, transaction.now)
    transaction.change(volumes, volume, { ...performance, Modification: modification })
    if (performance.Size > (volume.spec.Size ?? 0)) assertGibibytes(transaction)
    const { EndTime: _, ...begun } = modification
    return { VolumeModification: { ...begun, ModificationState: 'modifying', Progress: 0 } }
  },

  DescribeVolumesModifications: (input, transaction) => {
    for (const id of input.VolumeIds ?? []) transaction.get(volumes, id)
    const { rows, ...next } = selectPage(input, {
      rows: transaction.list(volumes).filter(({ spec }) => spec.Modification !== undefined),
      filters: modificationFilters,
      ids: input.VolumeIds,
      notFound: ([id = '']) =>
        new ActionError(
          'InvalidVolumeModification.NotFound',
          `Modification for volume '${id}' does not exist.`,
        ),
      page: modificationPage,
    })
    const told = rows.flatMap(({ spec: { Modification } }) => (Modification ? [Modification] : []))
    return { VolumesModifications: told, ...next }
  },
} as const satisfies Handlers

function notFound([id = '']: readonly string[]): ActionError {
  return new ActionError(volumes.notFound, `The volume '${id.slice(0, 100)}' does not exist.`)
}

/** What is on a device has the size that it was made with, for now. */
function assertMayGrow(
  transaction: Transaction,
  { id, spec }: Resource<VolumeSpec>,
  size: number | undefined,
): void {
  const grows = size !== undefined && size > (spec.Size ?? 0)
  if (!grows || spec.HasDisk !== true || transaction.hasElasticVolumes) return
  throw new ActionError(
    'UnsupportedOperation',
    `Volume '${id}' is on a device already, and does not grow: make a larger one of a snapshot of it.`,
  )
}
