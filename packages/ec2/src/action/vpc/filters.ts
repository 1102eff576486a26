import type { FilterTable } from '../../filter/filter.ts'
import { texts } from '../../filter/texts.ts'
import type { VpcSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'

type Vpc = Resource<VpcSpec>

const isDefault = ({ spec }: Vpc) => texts(spec.IsDefault)

/** Source: EC2's API reference, DescribeVpcs; `isDefault` is an older name. */
export const vpcFilters: FilterTable<Vpc> = {
  cidr: ({ spec }) => texts(spec.CidrBlock),
  'cidr-block-association.association-id': ({ spec }) =>
    texts(...spec.CidrBlockAssociationSet.map((each) => each.AssociationId)),
  'cidr-block-association.cidr-block': ({ spec }) =>
    texts(...spec.CidrBlockAssociationSet.map((each) => each.CidrBlock)),
  'cidr-block-association.state': ({ spec }) =>
    texts(...spec.CidrBlockAssociationSet.map((each) => each.CidrBlockState?.State)),
  'dhcp-options-id': ({ spec }) => texts(spec.DhcpOptionsId),
  'ipv6-cidr-block-association.association-id': ({ spec }) =>
    texts(...(spec.Ipv6CidrBlockAssociationSet ?? []).map((each) => each.AssociationId)),
  'ipv6-cidr-block-association.ipv6-cidr-block': ({ spec }) =>
    texts(...(spec.Ipv6CidrBlockAssociationSet ?? []).map((each) => each.Ipv6CidrBlock)),
  'ipv6-cidr-block-association.ipv6-pool': ({ spec }) =>
    texts(...(spec.Ipv6CidrBlockAssociationSet ?? []).map((each) => each.Ipv6Pool)),
  'ipv6-cidr-block-association.state': ({ spec }) =>
    texts(
      ...(spec.Ipv6CidrBlockAssociationSet ?? []).map((each) => each.Ipv6CidrBlockState?.State),
    ),
  'is-default': isDefault,
  isDefault,
  'owner-id': ({ spec }) => texts(spec.OwnerId),
  state: ({ spec }) => texts(spec.State),
  'vpc-id': ({ id }) => [id],
}
