import type { SecurityGroup } from '@aws-sdk/client-ec2'
import type { Wire } from '@nexqloud/kube'

import { selectPage } from '../../door/select-page.ts'
import { ec2Kinds, type SecurityGroupSpec } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Answer, Input } from '../action.ts'
import { notFoundOf } from '../not-found.ts'
import { findDefaultVpc } from '../vpc/default-vpc.ts'
import { groupFilters as filters, ruleFilters, type RuledGroup } from './filters.ts'
import { assertGroupId, findNamedGroup } from './find-group.ts'
import { permissionsOf } from './permissions.ts'

const page = { least: 5, most: 1000 }

/** Returns groups with what their rules come to. */
export function describeGroups(
  input: Input<'DescribeSecurityGroups'>,
  transaction: Transaction,
): Answer<'DescribeSecurityGroups'> {
  const { GroupIds = [], GroupNames = [] } = input
  for (const id of GroupIds) assertGroupId(id)
  const vpc = GroupNames.length === 0 ? undefined : findDefaultVpc(transaction)
  const named = GroupNames.map((name) => findNamedGroup(transaction, vpc, name).id)
  const { rows, ...next } = selectPage<SecurityGroupSpec, RuledGroup>(input, {
    rows: ruledGroups(transaction),
    filters,
    ids: [...GroupIds, ...named],
    notFound: notFoundOf(ec2Kinds.securityGroups),
    page,
  })
  return { SecurityGroups: rows.map((group) => tellGroup(group)), ...next }
}

/** Returns rules, each by itself. */
export function describeGroupRules(
  input: Input<'DescribeSecurityGroupRules'>,
  transaction: Transaction,
): Answer<'DescribeSecurityGroupRules'> {
  for (const { Name, Values = [] } of input.Filters ?? []) {
    if (Name === 'group-id') for (const id of Values) assertGroupId(id)
  }
  const { rows, ...next } = selectPage(input, {
    rows: transaction.list(ec2Kinds.securityGroupRules),
    filters: ruleFilters,
    ids: input.SecurityGroupRuleIds,
    notFound: notFoundOf(ec2Kinds.securityGroupRules),
    page,
  })
  return { SecurityGroupRules: rows.map(({ spec }) => spec), ...next }
}

function ruledGroups(transaction: Transaction): readonly RuledGroup[] {
  const groups = transaction.list(ec2Kinds.securityGroups)
  const rules = transaction.list(ec2Kinds.securityGroupRules).map(({ spec }) => spec)
  const byGroup = Map.groupBy(rules, ({ GroupId }) => GroupId)
  return groups.map((group) => ({ ...group, rules: byGroup.get(group.id) ?? [] }))
}

function tellGroup({ spec, rules }: RuledGroup): Wire<SecurityGroup> {
  return {
    ...spec,
    IpPermissions: permissionsOf(rules.filter(({ IsEgress }) => !IsEgress)),
    IpPermissionsEgress: permissionsOf(rules.filter(({ IsEgress }) => IsEgress)),
  }
}
