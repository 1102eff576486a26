import {
  ec2Kinds,
  type SecurityGroupRuleSpec,
  type SecurityGroupSpec,
} from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'

/** What a rule allows, before it is one of a group. */
export type RulePlan = Omit<
  SecurityGroupRuleSpec,
  'SecurityGroupRuleId' | 'SecurityGroupRuleArn' | 'GroupId' | 'GroupOwnerId'
>

/** Gives a group a rule. */
export function createRule(
  transaction: Transaction,
  { id: GroupId, spec: { OwnerId } }: Resource<SecurityGroupSpec>,
  plan: RulePlan,
): Resource<SecurityGroupRuleSpec> {
  const { region, account } = transaction.caller
  return transaction.create(ec2Kinds.securityGroupRules, (SecurityGroupRuleId) => ({
    SecurityGroupRuleId,
    SecurityGroupRuleArn: `arn:aws:ec2:${region}:${account.id}:security-group-rule/${SecurityGroupRuleId}`,
    GroupId,
    GroupOwnerId: OwnerId,
    Tags: [],
    ...plan,
  }))
}

/** Returns the rules of a group, the older first. */
export function rulesOf(
  transaction: Transaction,
  { id }: Pick<Resource<SecurityGroupSpec>, 'id'>,
): readonly Resource<SecurityGroupRuleSpec>[] {
  return transaction.list(ec2Kinds.securityGroupRules).filter(({ spec }) => spec.GroupId === id)
}
