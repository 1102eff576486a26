import type { Subnet } from '@aws-sdk/client-ec2'
import type { Wire } from '@nexqloud/kube'

import type { FilterTable } from '../../filter/filter.ts'
import { texts } from '../../filter/texts.ts'
import type { Resource } from '../../resource/resource.ts'

/** A subnet as it is told of. */
export type ToldSubnet = Resource<Wire<Subnet>>

const zone = ({ spec }: ToldSubnet) => texts(spec.AvailabilityZone)
const zoneId = ({ spec }: ToldSubnet) => texts(spec.AvailabilityZoneId)
const cidr = ({ spec }: ToldSubnet) => texts(spec.CidrBlock)
const isDefault = ({ spec }: ToldSubnet) => texts(spec.DefaultForAz)

/** Source: EC2's API reference, DescribeSubnets. */
export const subnetFilters: FilterTable<ToldSubnet> = {
  'availability-zone': zone,
  availabilityZone: zone,
  'availability-zone-id': zoneId,
  availabilityZoneId: zoneId,
  'available-ip-address-count': ({ spec }) => texts(spec.AvailableIpAddressCount),
  cidr,
  'cidr-block': cidr,
  cidrBlock: cidr,
  'customer-owned-ipv4-pool': ({ spec }) => texts(spec.CustomerOwnedIpv4Pool),
  'default-for-az': isDefault,
  defaultForAz: isDefault,
  'enable-dns64': ({ spec }) => texts(spec.EnableDns64),
  'enable-lni-at-device-index': ({ spec }) => texts(spec.EnableLniAtDeviceIndex),
  'ipv6-cidr-block-association.association-id': ({ spec }) =>
    texts(...(spec.Ipv6CidrBlockAssociationSet ?? []).map((each) => each.AssociationId)),
  'ipv6-cidr-block-association.ipv6-cidr-block': ({ spec }) =>
    texts(...(spec.Ipv6CidrBlockAssociationSet ?? []).map((each) => each.Ipv6CidrBlock)),
  'ipv6-cidr-block-association.state': ({ spec }) =>
    texts(
      ...(spec.Ipv6CidrBlockAssociationSet ?? []).map((each) => each.Ipv6CidrBlockState?.State),
    ),
  'ipv6-native': ({ spec }) => texts(spec.Ipv6Native),
  'map-customer-owned-ip-on-launch': ({ spec }) => texts(spec.MapCustomerOwnedIpOnLaunch),
  'map-public-ip-on-launch': ({ spec }) => texts(spec.MapPublicIpOnLaunch),
  'outpost-arn': ({ spec }) => texts(spec.OutpostArn),
  'owner-id': ({ spec }) => texts(spec.OwnerId),
  'private-dns-name-options-on-launch.enable-resource-name-dns-a-record': ({ spec }) =>
    texts(spec.PrivateDnsNameOptionsOnLaunch?.EnableResourceNameDnsARecord),
  'private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record': ({ spec }) =>
    texts(spec.PrivateDnsNameOptionsOnLaunch?.EnableResourceNameDnsAAAARecord),
  'private-dns-name-options-on-launch.hostname-type': ({ spec }) =>
    texts(spec.PrivateDnsNameOptionsOnLaunch?.HostnameType),
  state: ({ spec }) => texts(spec.State),
  'subnet-arn': ({ spec }) => texts(spec.SubnetArn),
  'subnet-id': ({ id }) => [id],
  'vpc-id': ({ spec }) => texts(spec.VpcId),
}
