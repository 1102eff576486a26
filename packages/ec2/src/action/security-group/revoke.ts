import type { IpPermission, RevokedSecurityGroupRule } from '@aws-sdk/client-ec2'
import type { Wire } from '@nexqloud/kube'

import { ec2Kinds, type SecurityGroupRuleSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError, invalidCombination } from '../errors.ts'
import { findDefaultVpc } from '../vpc/default-vpc.ts'
import { askedPermissions, type OldForm } from './asked-permissions.ts'
import { findGroup, type GroupName } from './find-group.ts'
import { findRule } from './find-rule.ts'
import { permissionsOf } from './permissions.ts'
import { keyOfRule, planRules, type RulePlace } from './rule-plan.ts'
import { rulesOf } from './rule.ts'

/** What was taken away, and what was not there. */
export type Revoked = {
  readonly rules: readonly Resource<SecurityGroupRuleSpec>[]
  readonly unknown: readonly Wire<IpPermission>[]
}

type Asked = GroupName & OldForm & { readonly SecurityGroupRuleIds?: string[] | undefined }

/**
 * Takes rules of a group away, by their ids or by all that they say but their descriptions.
 *
 * @throws {@link ActionError} where one of them is not there; of a group of the default VPC that is told instead.
 */
export function revoke(asked: Asked, transaction: Transaction, IsEgress: boolean): Revoked {
  const group = findGroup(transaction, asked)
  const place = { group, IsEgress }
  const { rules, unknown } = asked.SecurityGroupRuleIds?.length
    ? { rules: findByIds(transaction, place, asked), unknown: [] }
    : findByValues(transaction, place, askedPermissions(asked))
  for (const rule of rules) transaction.remove(ec2Kinds.securityGroupRules, rule)
  return { rules, unknown }
}

/** Returns a rule that was taken away as it is told of. */
export function tellRevoked({ spec }: Resource<SecurityGroupRuleSpec>): RevokedSecurityGroupRule {
  return {
    SecurityGroupRuleId: spec.SecurityGroupRuleId,
    GroupId: spec.GroupId,
    IsEgress: spec.IsEgress,
    IpProtocol: spec.IpProtocol,
    FromPort: spec.FromPort,
    ToPort: spec.ToPort,
    CidrIpv4: spec.CidrIpv4,
    CidrIpv6: spec.CidrIpv6,
    PrefixListId: spec.PrefixListId,
    ReferencedGroupId: spec.ReferencedGroupInfo?.GroupId,
    Description: spec.Description,
  }
}

function findByIds(
  transaction: Transaction,
  place: RulePlace,
  { SecurityGroupRuleIds = [], IpPermissions = [] }: Asked,
): Revoked['rules'] {
  if (IpPermissions.length > 0) {
    throw invalidCombination('Name rules by their ids or by what they say, not by both.')
  }
  return [...new Set(SecurityGroupRuleIds)].map((id) => findRule(transaction, place, id))
}

function findByValues(
  transaction: Transaction,
  place: RulePlace,
  permissions: readonly IpPermission[],
): Revoked {
  const { group } = place
  const byKey = new Map(rulesOf(transaction, group).map((rule) => [keyOfRule(rule.spec), rule]))
  const plans = planRules(transaction, place, permissions)
  const rules = plans.flatMap((plan) => byKey.get(keyOfRule(plan)) ?? [])
  const missing = plans.filter((plan) => !byKey.has(keyOfRule(plan)))
  if (missing.length > 0 && findDefaultVpc(transaction)?.id !== group.spec.VpcId) {
    throw new ActionError(
      'InvalidPermission.NotFound',
      'The specified rule does not exist in this security group.',
    )
  }
  return { rules, unknown: permissionsOf(missing) }
}
