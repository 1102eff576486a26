import type { FilterTable } from '../../filter/filter.ts'
import { texts } from '../../filter/texts.ts'
import type { ToldInterface } from './tell-interfaces.ts'

type Spec = ToldInterface['spec']

/** Looks at each private address. */
function addresses(
  read: (address: NonNullable<Spec['PrivateIpAddresses']>[number]) => string | boolean | undefined,
) {
  return ({ spec }: ToldInterface) => texts(...(spec.PrivateIpAddresses ?? []).map(read))
}

/** Source: EC2's API reference, DescribeNetworkInterfaces. */
export const interfaceFilters: FilterTable<ToldInterface> = {
  'addresses.association.owner-id': addresses((one) => one.Association?.IpOwnerId),
  'addresses.association.public-ip': addresses((one) => one.Association?.PublicIp),
  'addresses.primary': addresses((one) => one.Primary),
  'addresses.private-ip-address': addresses((one) => one.PrivateIpAddress),
  'association.allocation-id': ({ spec }) => texts(spec.Association?.AllocationId),
  'association.association-id': ({ spec }) => texts(spec.Association?.AssociationId),
  'association.ip-owner-id': ({ spec }) => texts(spec.Association?.IpOwnerId),
  'association.public-dns-name': ({ spec }) => texts(spec.Association?.PublicDnsName),
  'association.public-ip': ({ spec }) => texts(spec.Association?.PublicIp),
  'attachment.attach-time': ({ spec }) => texts(spec.Attachment?.AttachTime),
  'attachment.attachment-id': ({ spec }) => texts(spec.Attachment?.AttachmentId),
  'attachment.delete-on-termination': ({ spec }) => texts(spec.Attachment?.DeleteOnTermination),
  'attachment.device-index': ({ spec }) => texts(spec.Attachment?.DeviceIndex),
  'attachment.instance-id': ({ spec }) => texts(spec.Attachment?.InstanceId),
  'attachment.instance-owner-id': ({ spec }) => texts(spec.Attachment?.InstanceOwnerId),
  'attachment.status': ({ spec }) => texts(spec.Attachment?.Status),
  'availability-zone': ({ spec }) => texts(spec.AvailabilityZone),
  'availability-zone-id': ({ spec }) => texts(spec.AvailabilityZoneId),
  description: ({ spec }) => texts(spec.Description),
  'group-id': ({ spec }) => texts(...(spec.Groups ?? []).map(({ GroupId }) => GroupId)),
  'group-name': ({ spec }) => texts(...(spec.Groups ?? []).map(({ GroupName }) => GroupName)),
  'interface-type': ({ spec }) => texts(spec.InterfaceType),
  'ipv6-addresses.ipv6-address': ({ spec }) =>
    texts(...(spec.Ipv6Addresses ?? []).map(({ Ipv6Address }) => Ipv6Address)),
  'mac-address': ({ spec }) => texts(spec.MacAddress),
  'network-interface-id': ({ id }) => [id],
  'operator.managed': ({ spec }) => texts(spec.Operator?.Managed ?? false),
  'operator.principal': ({ spec }) => texts(spec.Operator?.Principal),
  'owner-id': ({ spec }) => texts(spec.OwnerId),
  'private-dns-name': ({ spec }) => texts(spec.PrivateDnsName),
  'private-ip-address': addresses((one) => one.PrivateIpAddress),
  'requester-id': ({ spec }) => texts(spec.RequesterId),
  'requester-managed': ({ spec }) => texts(spec.RequesterManaged),
  'source-dest-check': ({ spec }) => texts(spec.SourceDestCheck),
  status: ({ spec }) => texts(spec.Status),
  'subnet-id': ({ spec }) => texts(spec.SubnetId),
  'vpc-id': ({ spec }) => texts(spec.VpcId),
}
