import type { FilterTable } from '../../filter/filter.ts'
import type { ImageSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import { isPublic } from './permissions.ts'

type Row = Resource<ImageSpec>
type Mapping = NonNullable<ImageSpec['BlockDeviceMappings']>[number]

const of =
  (read: (image: ImageSpec) => string | boolean | undefined) =>
  ({ spec }: Row): readonly string[] => {
    const value = read(spec)
    return value === undefined ? [] : [String(value)]
  }

const ofMappings =
  (read: (mapping: Mapping) => string | number | boolean | undefined) =>
  ({ spec }: Row): readonly string[] =>
    (spec.BlockDeviceMappings ?? []).flatMap((mapping) => {
      const value = read(mapping)
      return value === undefined ? [] : [String(value)]
    })

/** Source: EC2's API reference, DescribeImages. */
export const imageFilters: FilterTable<Row> = {
  architecture: of(({ Architecture }) => Architecture),
  'block-device-mapping.delete-on-termination': ofMappings(({ Ebs }) => Ebs?.DeleteOnTermination),
  'block-device-mapping.device-name': ofMappings(({ DeviceName }) => DeviceName),
  'block-device-mapping.encrypted': ofMappings(({ Ebs }) => Ebs?.Encrypted),
  'block-device-mapping.snapshot-id': ofMappings(({ Ebs }) => Ebs?.SnapshotId),
  'block-device-mapping.volume-size': ofMappings(({ Ebs }) => Ebs?.VolumeSize),
  'block-device-mapping.volume-type': ofMappings(({ Ebs }) => Ebs?.VolumeType),
  'creation-date': of(({ CreationDate }) => CreationDate),
  description: of(({ Description }) => Description),
  'ena-support': of(({ EnaSupport }) => EnaSupport),
  'free-tier-eligible': () => ['false'],
  hypervisor: of(({ Hypervisor }) => Hypervisor),
  'image-allowed': () => ['true'],
  'image-id': ({ id }) => [id],
  'image-type': of(({ ImageType }) => ImageType),
  'is-public': ({ spec }) => [String(isPublic(spec))],
  'kernel-id': of(({ KernelId }) => KernelId),
  'manifest-location': of(({ ImageLocation }) => ImageLocation),
  name: of(({ Name }) => Name),
  'owner-alias': of(({ ImageOwnerAlias }) => ImageOwnerAlias),
  'owner-id': of(({ OwnerId }) => OwnerId),
  platform: of(({ Platform }) => Platform),
  'product-code': () => [],
  'product-code.type': () => [],
  'ramdisk-id': of(({ RamdiskId }) => RamdiskId),
  'root-device-name': of(({ RootDeviceName }) => RootDeviceName),
  'root-device-type': of(({ RootDeviceType }) => RootDeviceType),
  'source-image-id': of(({ SourceImageId }) => SourceImageId),
  'source-image-region': of(({ SourceImageRegion }) => SourceImageRegion),
  'source-instance-id': of(({ SourceInstanceId }) => SourceInstanceId),
  'sriov-net-support': of(({ SriovNetSupport }) => SriovNetSupport),
  state: of(({ State }) => State),
  'state-reason-code': () => [],
  'state-reason-message': () => [],
  'virtualization-type': of(({ VirtualizationType }) => VirtualizationType),
}
