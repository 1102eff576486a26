import { ec2Kinds, type SecurityGroupRuleSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { notFoundOf } from '../not-found.ts'
import type { RulePlace } from './rule-plan.ts'

/**
 * Returns the rule of an id, of a group and in a direction.
 *
 * @throws {@link ActionError} where it is none of these.
 */
export function findRule(
  transaction: Transaction,
  { group, IsEgress }: { readonly group: RulePlace['group']; readonly IsEgress?: boolean },
  id: string,
): Resource<SecurityGroupRuleSpec> {
  const rule = transaction.get(ec2Kinds.securityGroupRules, id)
  const isIn = IsEgress === undefined || rule.spec.IsEgress === IsEgress
  if (rule.spec.GroupId === group.id && isIn) return rule
  throw notFoundOf(ec2Kinds.securityGroupRules)([id])
}
