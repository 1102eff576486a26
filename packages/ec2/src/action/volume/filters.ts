import type { FilterTable } from '../../filter/filter.ts'
import type { VolumeSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import { attachmentsOf, type Attachment } from './attachment.ts'
import type { SeenVolume } from './seen-volume.ts'

type Row = Resource<VolumeSpec>
type SeenRow = Resource<SeenVolume>

const ofAttachments =
  (read: (attachment: Attachment) => string | boolean | undefined) =>
  (row: Row): readonly string[] =>
    attachmentsOf(row).map((attachment) => String(read(attachment) ?? ''))

/** Source: EC2's API reference, DescribeVolumes. */
export const volumeFilters: FilterTable<SeenRow> = {
  'attachment.attach-time': ofAttachments(({ AttachTime }) => AttachTime),
  'attachment.delete-on-termination': ofAttachments(
    ({ DeleteOnTermination }) => DeleteOnTermination,
  ),
  'attachment.device': ofAttachments(({ Device }) => Device),
  'attachment.instance-id': ofAttachments(({ InstanceId }) => InstanceId),
  'attachment.status': ofAttachments(({ State }) => State),
  'availability-zone': ({ spec }) => [spec.AvailabilityZone ?? ''],
  'availability-zone-id': ({ spec }) => [spec.AvailabilityZoneId ?? ''],
  'create-time': ({ spec }) => [spec.CreateTime ?? ''],
  encrypted: ({ spec }) => [String(spec.Encrypted === true)],
  'fast-restored': () => ['false'],
  'multi-attach-enabled': ({ spec }) => [String(spec.MultiAttachEnabled === true)],
  'operator.managed': () => ['false'],
  'operator.principal': () => [],
  size: ({ spec }) => [String(spec.Size ?? '')],
  'snapshot-id': ({ spec }) => [spec.SnapshotId ?? ''],
  status: ({ spec }) => [spec.State],
  'volume-id': ({ id }) => [id],
  'volume-type': ({ spec }) => [spec.VolumeType ?? ''],
}

/** Source: EC2's API reference, DescribeVolumeStatus. No volume has events or actions. */
export const volumeStatusFilters: FilterTable<Row> = {
  'action.code': () => [],
  'action.description': () => [],
  'action.event-id': () => [],
  'availability-zone': ({ spec }) => [spec.AvailabilityZone ?? ''],
  'event.description': () => [],
  'event.event-id': () => [],
  'event.event-type': () => [],
  'event.not-after': () => [],
  'event.not-before': () => [],
  'volume-status.details-name': () => ['io-enabled', 'io-performance'],
  'volume-status.details-status': () => ['passed', 'not-applicable'],
  'volume-status.status': () => ['ok'],
}

const ofModification =
  (read: (modification: NonNullable<VolumeSpec['Modification']>) => string | number | undefined) =>
  ({ spec }: Row): readonly string[] => {
    const value = spec.Modification === undefined ? undefined : read(spec.Modification)
    return value === undefined ? [] : [String(value)]
  }

/** Source: EC2's API reference, DescribeVolumesModifications. */
export const modificationFilters: FilterTable<Row> = {
  'modification-state': ofModification(({ ModificationState }) => ModificationState),
  'original-iops': ofModification(({ OriginalIops }) => OriginalIops),
  'original-size': ofModification(({ OriginalSize }) => OriginalSize),
  'original-volume-type': ofModification(({ OriginalVolumeType }) => OriginalVolumeType),
  'start-time': ofModification(({ StartTime }) => StartTime),
  'target-iops': ofModification(({ TargetIops }) => TargetIops),
  'target-size': ofModification(({ TargetSize }) => TargetSize),
  'target-volume-type': ofModification(({ TargetVolumeType }) => TargetVolumeType),
  'volume-id': ({ id }) => [id],
}
