import type { TagSpecification } from '@aws-sdk/client-ec2'

import { assertWithinQuota } from '../../quota/quotas.ts'
import type { SecurityGroupRuleSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError } from '../errors.ts'
import { tagsFor } from '../tag/tags.ts'
import { askedPermissions, type OldForm } from './asked-permissions.ts'
import { findGroup, type GroupName } from './find-group.ts'
import { keyOfRule, nameOfPeer, planRules, type RulePlace } from './rule-plan.ts'
import { createRule, rulesOf, type RulePlan } from './rule.ts'

/**
 * Gives a group rules, all of them or none.
 *
 * @throws {@link ActionError} where it has one of them, or would have too many.
 */
export function authorize(
  asked: GroupName & OldForm & { readonly TagSpecifications?: TagSpecification[] | undefined },
  transaction: Transaction,
  IsEgress: boolean,
): readonly Resource<SecurityGroupRuleSpec>[] {
  const group = findGroup(transaction, asked)
  const place = { group, IsEgress }
  const plans = planRules(transaction, place, askedPermissions(asked))
  assertNew(transaction, place, plans)
  const Tags = tagsFor(asked.TagSpecifications, 'security-group-rule')
  return plans.map((plan) => createRule(transaction, group, { ...plan, Tags }))
}

function assertNew(
  transaction: Transaction,
  { group, IsEgress }: RulePlace,
  plans: readonly RulePlan[],
): void {
  const rules = rulesOf(transaction, group)
    .map(({ spec }) => spec)
    .filter((rule) => rule.IsEgress === IsEgress)
  assertWithinQuota('rulesPerGroup', { used: rules.length, asked: plans.length })
  assertOnce([...rules, ...plans])
}

/** @throws {@link ActionError} where a rule is there twice: the later one is told of. */
export function assertOnce(rules: readonly RulePlan[]): void {
  const keys = new Set<string>()
  for (const rule of rules) {
    const key = keyOfRule(rule)
    if (keys.has(key)) {
      throw new ActionError(
        'InvalidPermission.Duplicate',
        `the specified rule "${describe(rule)}" already exists`,
      )
    }
    keys.add(key)
  }
}

function describe(plan: RulePlan): string {
  const { IpProtocol, FromPort, ToPort } = plan
  const peer = `peer: ${nameOfPeer(plan)}`
  if (IpProtocol === '-1') return `${peer}, ALL, ALLOW`
  return `${peer}, ${IpProtocol.toUpperCase()}, from port: ${FromPort}, to port: ${ToPort}, ALLOW`
}
