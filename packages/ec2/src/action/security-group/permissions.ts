import type { IpPermission } from '@aws-sdk/client-ec2'
import type { Wire } from '@nexqloud/kube'

import type { SecurityGroupRuleSpec } from '../../resource/kinds.ts'

type Lists = Required<
  Pick<Wire<IpPermission>, 'IpRanges' | 'Ipv6Ranges' | 'PrefixListIds' | 'UserIdGroupPairs'>
>

/** What a rule says, without whose it is. */
export type Said = Pick<
  SecurityGroupRuleSpec,
  | 'IpProtocol'
  | 'FromPort'
  | 'ToPort'
  | 'CidrIpv4'
  | 'CidrIpv6'
  | 'PrefixListId'
  | 'ReferencedGroupInfo'
  | 'Description'
>

/** Returns rules as permissions: one for all that let the same through, in the order of the rules. */
export function permissionsOf(rules: readonly Said[]): readonly Wire<IpPermission>[] {
  const byTraffic = Map.groupBy(rules, ({ IpProtocol, FromPort, ToPort }) =>
    [IpProtocol, FromPort, ToPort].join('/'),
  )
  return [...byTraffic.values()].map((same) => ({
    ...trafficOf(same),
    ...mergeLists(same.map((rule) => listsOf(rule))),
  }))
}

/** Where all ports are let through, none are told. */
function trafficOf([rule]: readonly Said[]): Wire<IpPermission> {
  const { IpProtocol, FromPort, ToPort } = rule ?? {}
  return ports.has(IpProtocol) ? { IpProtocol, FromPort, ToPort } : { IpProtocol }
}

const ports: ReadonlySet<string | undefined> = new Set(['tcp', 'udp', 'icmp', 'icmpv6'])

function listsOf(rule: Said): Lists {
  const { CidrIpv4: CidrIp, CidrIpv6, PrefixListId, ReferencedGroupInfo: group } = rule
  const described = rule.Description === undefined ? {} : { Description: rule.Description }
  return {
    IpRanges: CidrIp === undefined ? [] : [{ CidrIp, ...described }],
    Ipv6Ranges: CidrIpv6 === undefined ? [] : [{ CidrIpv6, ...described }],
    PrefixListIds: PrefixListId === undefined ? [] : [{ PrefixListId, ...described }],
    UserIdGroupPairs:
      group === undefined ? [] : [{ GroupId: group.GroupId, UserId: group.UserId, ...described }],
  }
}

function mergeLists(all: readonly Lists[]): Lists {
  return {
    IpRanges: all.flatMap(({ IpRanges }) => IpRanges ?? []),
    Ipv6Ranges: all.flatMap(({ Ipv6Ranges }) => Ipv6Ranges ?? []),
    PrefixListIds: all.flatMap(({ PrefixListIds }) => PrefixListIds ?? []),
    UserIdGroupPairs: all.flatMap(({ UserIdGroupPairs }) => UserIdGroupPairs ?? []),
  }
}
