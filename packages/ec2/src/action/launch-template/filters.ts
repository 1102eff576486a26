import type { FilterTable } from '../../filter/filter.ts'
import type { LaunchTemplateSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { TemplateData, Version } from './versions.ts'

/** Source: EC2's API reference, DescribeLaunchTemplates. */
export const templateFilters: FilterTable<Resource<LaunchTemplateSpec>> = {
  'create-time': ({ spec }) => [spec.CreateTime ?? ''],
  'launch-template-name': ({ spec }) => [spec.LaunchTemplateName ?? ''],
}

/** A version, where versions are chosen. */
export type VersionRow = Resource<object> & { readonly version: Version }

const ofData =
  (read: (data: TemplateData) => string | boolean | undefined) =>
  ({ version }: VersionRow): readonly string[] => {
    const value = read(version.LaunchTemplateData ?? {})
    return value === undefined ? [] : [String(value)]
  }

/** Source: EC2's API reference, DescribeLaunchTemplateVersions. */
export const versionFilters: FilterTable<VersionRow> = {
  'create-time': ({ version }) => [version.CreateTime ?? ''],
  'ebs-optimized': ofData(({ EbsOptimized }) => EbsOptimized),
  'host-resource-group-arn': ofData(({ Placement }) => Placement?.HostResourceGroupArn),
  'http-endpoint': ofData(({ MetadataOptions }) => MetadataOptions?.HttpEndpoint),
  'http-protocol-ipv4': () => [],
  'http-tokens': ofData(({ MetadataOptions }) => MetadataOptions?.HttpTokens),
  'iam-instance-profile': ofData(({ IamInstanceProfile }) => IamInstanceProfile?.Arn),
  'image-id': ofData(({ ImageId }) => ImageId),
  'instance-type': ofData(({ InstanceType }) => InstanceType),
  'is-default-version': ({ version }) => [String(version.DefaultVersion === true)],
  'kernel-id': ofData(({ KernelId }) => KernelId),
  'license-configuration-arn': ({ version }) =>
    (version.LaunchTemplateData?.LicenseSpecifications ?? []).map(
      ({ LicenseConfigurationArn = '' }) => LicenseConfigurationArn,
    ),
  'network-card-index': ({ version }) =>
    (version.LaunchTemplateData?.NetworkInterfaces ?? []).map(({ NetworkCardIndex = 0 }) =>
      String(NetworkCardIndex),
    ),
  'ram-disk-id': ofData(({ RamDiskId }) => RamDiskId),
}
