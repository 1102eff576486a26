import type { SecurityGroupRuleRequest } from '@aws-sdk/client-ec2'

import { ec2Kinds } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Input } from '../action.ts'
import { ActionError, invalidCombination, missingParameter } from '../errors.ts'
import { assertOnce } from './authorize.ts'
import { assertDescription } from './description.ts'
import { findGroup, type GroupName } from './find-group.ts'
import { findRule } from './find-rule.ts'
import { readTraffic } from './protocol.ts'
import { keyOfRule, planRule, planRules, type AskedPeer } from './rule-plan.ts'
import { rulesOf } from './rule.ts'

/** Gives rules other contents; their ids and tags stay. */
export function modifyRules(
  { GroupId, SecurityGroupRules = [] }: Input<'ModifySecurityGroupRules'>,
  transaction: Transaction,
): void {
  const group = findGroup(transaction, { GroupId })
  if (SecurityGroupRules.length === 0) throw missingParameter('securityGroupRules')
  for (const { SecurityGroupRuleId = '', SecurityGroupRule: asked } of SecurityGroupRules) {
    const rule = findRule(transaction, { group }, SecurityGroupRuleId)
    if (asked === undefined) throw missingParameter('securityGroupRule')
    const place = { group, IsEgress: rule.spec.IsEgress }
    const plan = planRule(transaction, place, { ...readTraffic(asked), ...readPeer(asked) })
    transaction.change(ec2Kinds.securityGroupRules, rule, plan)
  }
  assertOnce(rulesOf(transaction, group).map(({ spec }) => spec))
}

type Described = Pick<
  Input<'UpdateSecurityGroupRuleDescriptionsIngress'>,
  'IpPermissions' | 'SecurityGroupRuleDescriptions'
>

/** Gives rules other descriptions, or takes these away. */
export function describeRules(
  asked: GroupName & Described,
  transaction: Transaction,
  IsEgress: boolean,
): void {
  const group = findGroup(transaction, asked)
  const place = { group, IsEgress }
  const { IpPermissions = [], SecurityGroupRuleDescriptions: byId = [] } = asked
  if (IpPermissions.length === 0 && byId.length === 0) throw missingParameter('ipPermissions')
  for (const { SecurityGroupRuleId = '', Description } of byId) {
    assertDescription(Description)
    const rule = findRule(transaction, place, SecurityGroupRuleId)
    transaction.change(ec2Kinds.securityGroupRules, rule, { Description })
  }
  const byKey = new Map(rulesOf(transaction, group).map((rule) => [keyOfRule(rule.spec), rule]))
  for (const plan of planRules(transaction, place, IpPermissions)) {
    const rule = byKey.get(keyOfRule(plan))
    if (rule === undefined) {
      throw new ActionError(
        'InvalidPermission.NotFound',
        'The specified rule does not exist in this security group.',
      )
    }
    transaction.change(ec2Kinds.securityGroupRules, rule, { Description: plan.Description })
  }
}

function readPeer({
  CidrIpv4,
  CidrIpv6,
  PrefixListId,
  ReferencedGroupId: GroupId,
  Description,
}: SecurityGroupRuleRequest): AskedPeer {
  const given = [CidrIpv4, CidrIpv6, PrefixListId, GroupId].filter((one) => one !== undefined)
  if (given.length === 0) {
    throw new ActionError(
      'MissingParameter',
      'The request must contain exactly one of: cidrIp, cidrIpv6, prefixListId, or referencedGroupId',
    )
  }
  if (given.length > 1) {
    throw invalidCombination(
      'Only one of cidrIp, cidrIpv6, prefixListId, or referencedGroupId can be specified',
    )
  }
  const group = GroupId === undefined ? undefined : { GroupId }
  return { CidrIpv4, CidrIpv6, PrefixListId, group, Description }
}
