import type { FilterTable } from '../../filter/filter.ts'
import { texts } from '../../filter/texts.ts'
import type { SecurityGroupRuleSpec, SecurityGroupSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'

/** A group with its rules. */
export type RuledGroup = Resource<SecurityGroupSpec> & {
  readonly rules: readonly SecurityGroupRuleSpec[]
}

type Read = (rule: SecurityGroupRuleSpec) => string | number | undefined

/** Looks at the rules of one direction; where all ports are let through, no port is told. */
function rules(IsEgress: boolean, read: Read) {
  return ({ rules: all }: RuledGroup) =>
    texts(...all.filter((rule) => rule.IsEgress === IsEgress).map((rule) => read(rule)))
}

const reads = {
  cidr: (rule) => rule.CidrIpv4,
  'from-port': (rule) => (rule.IpProtocol === '-1' ? undefined : rule.FromPort),
  'group-id': (rule) => rule.ReferencedGroupInfo?.GroupId,
  // Groups are spoken of by their ids: EC2 finds none by this name either.
  'group-name': () => undefined,
  'ipv6-cidr': (rule) => rule.CidrIpv6,
  'prefix-list-id': (rule) => rule.PrefixListId,
  protocol: (rule) => rule.IpProtocol,
  'to-port': (rule) => (rule.IpProtocol === '-1' ? undefined : rule.ToPort),
  'user-id': (rule) => rule.ReferencedGroupInfo?.UserId,
} as const satisfies Record<string, Read>

/** Source: EC2's API reference, DescribeSecurityGroups. */
export const groupFilters: FilterTable<RuledGroup> = {
  description: ({ spec }) => [spec.Description],
  'group-id': ({ id }) => [id],
  'group-name': ({ spec }) => [spec.GroupName],
  'owner-id': ({ spec }) => [spec.OwnerId],
  'vpc-id': ({ spec }) => [spec.VpcId],
  ...Object.fromEntries(
    Object.entries(reads).flatMap(([name, read]) => [
      [`ip-permission.${name}`, rules(false, read)],
      [`egress.ip-permission.${name}`, rules(true, read)],
    ]),
  ),
}

/** Source: EC2's API reference, DescribeSecurityGroupRules. */
export const ruleFilters: FilterTable<Resource<SecurityGroupRuleSpec>> = {
  'group-id': ({ spec }) => [spec.GroupId],
  'security-group-rule-id': ({ id }) => [id],
}
