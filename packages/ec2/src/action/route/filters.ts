import type { NetworkAcl } from '@aws-sdk/client-ec2'
import type { Wire } from '@nexqloud/kube'

import type { FilterTable } from '../../filter/filter.ts'
import { texts } from '../../filter/texts.ts'
import type { InternetGatewaySpec, RouteTableSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'

/** A network ACL as it is told of. */
export type ToldAcl = Resource<Wire<NetworkAcl>>

/** Looks at a field of each of a list. */
function each<Part>(
  parts: readonly Part[] | undefined,
  read: (part: Part) => string | number | boolean | undefined,
): readonly string[] {
  return texts(...(parts ?? []).map(read))
}

const routes =
  (read: (route: NonNullable<RouteTableSpec['Routes']>[number]) => string | undefined) =>
  ({ spec }: Resource<RouteTableSpec>) =>
    each(spec.Routes, read)

const associations =
  (
    read: (
      association: NonNullable<RouteTableSpec['Associations']>[number],
    ) => string | boolean | undefined,
  ) =>
  ({ spec }: Resource<RouteTableSpec>) =>
    each(spec.Associations, read)

/** Source: EC2's API reference, DescribeRouteTables. */
export const routeTableFilters: FilterTable<Resource<RouteTableSpec>> = {
  'association.gateway-id': associations((one) => one.GatewayId),
  'association.main': associations((one) => one.Main),
  'association.route-table-association-id': associations((one) => one.RouteTableAssociationId),
  'association.route-table-id': associations((one) => one.RouteTableId),
  'association.subnet-id': associations((one) => one.SubnetId),
  'owner-id': ({ spec }) => texts(spec.OwnerId),
  'route-table-id': ({ id }) => [id],
  'route.destination-cidr-block': routes((one) => one.DestinationCidrBlock),
  'route.destination-ipv6-cidr-block': routes((one) => one.DestinationIpv6CidrBlock),
  'route.destination-prefix-list-id': routes((one) => one.DestinationPrefixListId),
  'route.egress-only-internet-gateway-id': routes((one) => one.EgressOnlyInternetGatewayId),
  'route.gateway-id': routes((one) => one.GatewayId),
  'route.instance-id': routes((one) => one.InstanceId),
  'route.nat-gateway-id': routes((one) => one.NatGatewayId),
  'route.origin': routes((one) => one.Origin),
  'route.state': routes((one) => one.State),
  'route.transit-gateway-id': routes((one) => one.TransitGatewayId),
  'route.vpc-peering-connection-id': routes((one) => one.VpcPeeringConnectionId),
  'vpc-id': ({ spec }) => texts(spec.VpcId),
}

/** Source: EC2's API reference, DescribeInternetGateways. */
export const internetGatewayFilters: FilterTable<Resource<InternetGatewaySpec>> = {
  'attachment.state': ({ spec }) => each(spec.Attachments, (one) => one.State),
  'attachment.vpc-id': ({ spec }) => each(spec.Attachments, (one) => one.VpcId),
  'internet-gateway-id': ({ id }) => [id],
  'owner-id': ({ spec }) => texts(spec.OwnerId),
}

const entries =
  (
    read: (
      entry: NonNullable<ToldAcl['spec']['Entries']>[number],
    ) => string | number | boolean | undefined,
  ) =>
  ({ spec }: ToldAcl) =>
    each(spec.Entries, read)

/** Source: EC2's API reference, DescribeNetworkAcls. */
export const networkAclFilters: FilterTable<ToldAcl> = {
  'association.association-id': ({ spec }) =>
    each(spec.Associations, (one) => one.NetworkAclAssociationId),
  'association.network-acl-id': ({ spec }) => each(spec.Associations, (one) => one.NetworkAclId),
  'association.subnet-id': ({ spec }) => each(spec.Associations, (one) => one.SubnetId),
  default: ({ spec }) => texts(spec.IsDefault),
  'entry.cidr': entries((one) => one.CidrBlock),
  'entry.egress': entries((one) => one.Egress),
  'entry.icmp.code': entries((one) => one.IcmpTypeCode?.Code),
  'entry.icmp.type': entries((one) => one.IcmpTypeCode?.Type),
  'entry.ipv6-cidr': entries((one) => one.Ipv6CidrBlock),
  'entry.port-range.from': entries((one) => one.PortRange?.From),
  'entry.port-range.to': entries((one) => one.PortRange?.To),
  'entry.protocol': entries((one) => one.Protocol),
  'entry.rule-action': entries((one) => one.RuleAction),
  'entry.rule-number': entries((one) => one.RuleNumber),
  'network-acl-id': ({ id }) => [id],
  'owner-id': ({ spec }) => texts(spec.OwnerId),
  'vpc-id': ({ spec }) => texts(spec.VpcId),
}
