import type { FilterTable } from '../../filter/filter.ts'
import { said } from '../../filter/said.ts'
import type { ToldInterface } from '../network-interface/tell-interfaces.ts'
import type { InstanceView } from './describe-instance.ts'
import { describeState } from './instance-state.ts'

type Reader = (view: InstanceView) => readonly string[]

/** What is read in each of an instance's interfaces. */
const ofInterfaces =
  (read: (spec: ToldInterface['spec']) => readonly string[]): Reader =>
  ({ interfaces }) =>
    interfaces.flatMap(({ spec }) => read(spec))

const groupIds: Reader = ({ groups }) => groups.map(({ GroupId = '' }) => GroupId)
const groupNames: Reader = ({ groups }) => groups.map(({ GroupName = '' }) => GroupName)
const publicDnsName = ofInterfaces(({ Association }) => said(Association?.PublicDnsName))
const privateDnsName: Reader = ({ spec }) => said(spec.PrivateDnsName)
const never: Reader = () => []

/** What DescribeInstances is filtered by. Source: EC2's API reference. */
export const instanceFilters: FilterTable<InstanceView> = {
  affinity: never,
  architecture: ({ spec }) => said(spec.Architecture),
  'availability-zone': ({ spec }) => said(spec.Placement?.AvailabilityZone),
  'availability-zone-id': ({ spec }) => said(spec.Placement?.AvailabilityZoneId),
  'block-device-mapping.attach-time': ({ volumes }) =>
    volumes.flatMap(({ attachment }) => said(attachment.AttachTime)),
  'block-device-mapping.delete-on-termination': ({ volumes }) =>
    volumes.map(({ attachment }) => String(attachment.DeleteOnTermination ?? false)),
  'block-device-mapping.device-name': ({ volumes }) =>
    volumes.flatMap(({ attachment }) => said(attachment.Device)),
  'block-device-mapping.status': ({ volumes }) =>
    volumes.flatMap(({ attachment }) => said(attachment.State)),
  'block-device-mapping.volume-id': ({ volumes }) => volumes.map(({ id }) => id),
  'boot-mode': never,
  'capacity-reservation-id': never,
  'client-token': ({ spec }) => said(spec.ClientToken ?? ''),
  'current-instance-boot-mode': never,
  'dns-name': publicDnsName,
  'ebs-optimized': ({ spec }) => said(spec.EbsOptimized ?? false),
  'ena-support': ({ spec }) => said(spec.EnaSupport ?? false),
  'hibernation-options.configured': ({ spec }) => said(spec.HibernationOptions?.Configured),
  'host-id': ({ spec }) => said(spec.Placement?.HostId),
  hypervisor: ({ spec }) => said(spec.Hypervisor),
  'iam-instance-profile.arn': ({ spec }) => said(spec.IamInstanceProfile?.Arn),
  'iam-instance-profile.id': ({ spec }) => said(spec.IamInstanceProfile?.Id),
  'image-id': ({ spec }) => said(spec.ImageId),
  'instance-id': ({ id }) => [id],
  'instance-lifecycle': ({ spec }) => said(spec.InstanceLifecycle),
  'instance-state-code': ({ state }) => [String(describeState(state).Code)],
  'instance-state-name': ({ state }) => [state],
  'instance-type': ({ spec }) => said(spec.InstanceType),
  'instance.group-id': groupIds,
  'instance.group-name': groupNames,
  'ip-address': ofInterfaces(({ Association }) => said(Association?.PublicIp)),
  'ipv6-address': ofInterfaces(({ Ipv6Addresses = [] }) =>
    Ipv6Addresses.flatMap(({ Ipv6Address }) => said(Ipv6Address)),
  ),
  'kernel-id': never,
  'key-name': ({ spec }) => said(spec.KeyName),
  'launch-index': ({ spec }) => said(spec.AmiLaunchIndex),
  'launch-time': ({ spec }) => said(spec.LaunchTime),
  'maintenance-options.auto-recovery': () => ['default'],
  'metadata-options.http-endpoint': ({ spec }) => said(spec.MetadataOptions?.HttpEndpoint),
  'metadata-options.http-protocol-ipv4': () => ['enabled'],
  'metadata-options.http-protocol-ipv6': ({ spec }) => said(spec.MetadataOptions?.HttpProtocolIpv6),
  'metadata-options.http-put-response-hop-limit': ({ spec }) =>
    said(spec.MetadataOptions?.HttpPutResponseHopLimit),
  'metadata-options.http-tokens': ({ spec }) => said(spec.MetadataOptions?.HttpTokens),
  'metadata-options.instance-metadata-tags': ({ spec }) =>
    said(spec.MetadataOptions?.InstanceMetadataTags),
  'metadata-options.state': ({ spec }) => said(spec.MetadataOptions?.State),
  'monitoring-state': ({ spec }) => said(spec.Monitoring?.State),
  'network-interface.addresses.association.allocation-id': ofInterfaces(({ Association }) =>
    said(Association?.AllocationId),
  ),
  'network-interface.addresses.association.association-id': ofInterfaces(({ Association }) =>
    said(Association?.AssociationId),
  ),
  'network-interface.addresses.association.carrier-ip': never,
  'network-interface.addresses.association.customer-owned-ip': never,
  'network-interface.addresses.association.ip-owner-id': ofInterfaces(({ Association }) =>
    said(Association?.IpOwnerId),
  ),
  'network-interface.addresses.association.public-dns-name': publicDnsName,
  'network-interface.addresses.association.public-ip': ofInterfaces(({ Association }) =>
    said(Association?.PublicIp),
  ),
  'network-interface.addresses.primary': ofInterfaces(({ PrivateIpAddresses = [] }) =>
    PrivateIpAddresses.map(({ Primary = false }) => String(Primary)),
  ),
  'network-interface.addresses.private-dns-name': ofInterfaces(({ PrivateIpAddresses = [] }) =>
    PrivateIpAddresses.flatMap(({ PrivateDnsName }) => said(PrivateDnsName)),
  ),
  'network-interface.addresses.private-ip-address': ofInterfaces(({ PrivateIpAddresses = [] }) =>
    PrivateIpAddresses.flatMap(({ PrivateIpAddress }) => said(PrivateIpAddress)),
  ),
  'network-interface.attachment.attach-time': ofInterfaces(({ Attachment }) =>
    said(Attachment?.AttachTime),
  ),
  'network-interface.attachment.attachment-id': ofInterfaces(({ Attachment }) =>
    said(Attachment?.AttachmentId),
  ),
  'network-interface.attachment.delete-on-termination': ofInterfaces(({ Attachment }) =>
    said(Attachment?.DeleteOnTermination),
  ),
  'network-interface.attachment.device-index': ofInterfaces(({ Attachment }) =>
    said(Attachment?.DeviceIndex),
  ),
  'network-interface.attachment.instance-id': ofInterfaces(({ Attachment }) =>
    said(Attachment?.InstanceId),
  ),
  'network-interface.attachment.instance-owner-id': ofInterfaces(({ Attachment }) =>
    said(Attachment?.InstanceOwnerId),
  ),
  'network-interface.attachment.network-card-index': () => ['0'],
  'network-interface.attachment.status': ofInterfaces(({ Attachment }) => said(Attachment?.Status)),
  'network-interface.availability-zone': ofInterfaces(({ AvailabilityZone }) =>
    said(AvailabilityZone),
  ),
  'network-interface.deny-all-igw-traffic': () => ['false'],
  'network-interface.description': ofInterfaces(({ Description }) => said(Description)),
  'network-interface.group-id': ofInterfaces(({ Groups = [] }) =>
    Groups.flatMap(({ GroupId }) => said(GroupId)),
  ),
  'network-interface.group-name': ofInterfaces(({ Groups = [] }) =>
    Groups.flatMap(({ GroupName }) => said(GroupName)),
  ),
  'network-interface.ipv4-prefixes.ipv4-prefix': never,
  'network-interface.ipv6-addresses.ipv6-address': ofInterfaces(({ Ipv6Addresses = [] }) =>
    Ipv6Addresses.flatMap(({ Ipv6Address }) => said(Ipv6Address)),
  ),
  'network-interface.ipv6-address': ofInterfaces(({ Ipv6Addresses = [] }) =>
    Ipv6Addresses.flatMap(({ Ipv6Address }) => said(Ipv6Address)),
  ),
  'network-interface.ipv6-addresses.is-primary-ipv6': never,
  'network-interface.ipv6-native': () => ['false'],
  'network-interface.ipv6-prefixes.ipv6-prefix': never,
  'network-interface.mac-address': ofInterfaces(({ MacAddress }) => said(MacAddress)),
  'network-interface.network-interface-id': ({ interfaces }) => interfaces.map(({ id }) => id),
  'network-interface.operator.managed': () => ['false'],
  'network-interface.operator.principal': never,
  'network-interface.outpost-arn': never,
  'network-interface.owner-id': ofInterfaces(({ OwnerId }) => said(OwnerId)),
  'network-interface.private-dns-name': ofInterfaces(({ PrivateDnsName }) => said(PrivateDnsName)),
  'network-interface.public-dns-name': publicDnsName,
  'network-interface.requester-id': never,
  'network-interface.requester-managed': () => ['false'],
  'network-interface.source-dest-check': ofInterfaces(({ SourceDestCheck }) =>
    said(SourceDestCheck),
  ),
  'network-interface.status': ofInterfaces(({ Status }) => said(Status)),
  'network-interface.subnet-id': ofInterfaces(({ SubnetId }) => said(SubnetId)),
  'network-interface.tag-key': ofInterfaces(({ Tags = [] }) =>
    Tags.flatMap(({ Key }) => said(Key)),
  ),
  'network-interface.tag-value': ofInterfaces(({ Tags = [] }) =>
    Tags.flatMap(({ Value }) => said(Value)),
  ),
  'network-interface.vpc-id': ofInterfaces(({ VpcId }) => said(VpcId)),
  'network-performance-options.bandwidth-weighting': never,
  'operator.managed': () => ['false'],
  'operator.principal': never,
  'outpost-arn': never,
  'owner-id': ({ interfaces }) => said(interfaces[0]?.spec.OwnerId),
  'placement-group-name': ({ spec }) => said(spec.Placement?.GroupName),
  'placement-partition-number': never,
  platform: never,
  'platform-details': ({ spec }) => said(spec.PlatformDetails),
  'private-dns-name': privateDnsName,
  'private-dns-name-options.enable-resource-name-dns-a-record': () => ['false'],
  'private-dns-name-options.enable-resource-name-dns-aaaa-record': () => ['false'],
  'private-dns-name-options.hostname-type': () => ['ip-name'],
  'private-ip-address': ({ spec }) => said(spec.PrivateIpAddress),
  'product-code': never,
  'product-code.type': never,
  'ramdisk-id': never,
  reason: ({ spec }) => said(spec.Transition?.message ?? ''),
  'requester-id': never,
  'reservation-id': ({ spec }) => said(spec.ReservationId),
  'root-device-name': ({ spec }) => said(spec.RootDeviceName),
  'root-device-type': ({ spec }) => said(spec.RootDeviceType),
  'source-dest-check': ({ spec }) => said(spec.SourceDestCheck),
  'spot-instance-request-id': ({ spec }) => said(spec.SpotInstanceRequestId),
  'state-reason-code': ({ spec }) => said(spec.Transition?.code ?? ''),
  'state-reason-message': ({ spec }) => said(spec.Transition?.message ?? ''),
  'subnet-id': ({ spec }) => said(spec.SubnetId),
  'tag-value': ({ spec }) => (spec.Tags ?? []).flatMap(({ Value }) => said(Value)),
  tenancy: ({ spec }) => said(spec.Placement?.Tenancy),
  'tpm-support': never,
  'usage-operation': ({ spec }) => said(spec.UsageOperation),
  'usage-operation-update-time': never,
  'virtualization-type': ({ spec }) => said(spec.VirtualizationType),
  'vpc-id': ({ spec }) => said(spec.VpcId),
}
