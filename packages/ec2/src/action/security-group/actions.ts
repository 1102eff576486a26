import type { Handlers } from '../action.ts'
import { authorize } from './authorize.ts'
import { deleteGroup } from './delete-group.ts'
import { describeGroupRules, describeGroups } from './describe-groups.ts'
import { findGroup } from './find-group.ts'
import { describeRules, modifyRules } from './modify-rules.ts'
import { planGroup } from './plan-group.ts'
import { revoke, tellRevoked, type Revoked } from './revoke.ts'
import { createGroup } from './security-group.ts'

const done = { Return: true } as const

/** CreateSecurityGroup and all that is done with groups and their rules. */
export const securityGroupActions = {
  CreateSecurityGroup: (input, transaction) => {
    const { vpc, ...plan } = planGroup(transaction, input)
    const { id: GroupId, spec } = createGroup(transaction, vpc, plan)
    return { GroupId, Tags: spec.Tags, SecurityGroupArn: spec.SecurityGroupArn }
  },

  DeleteSecurityGroup: (input, transaction) => {
    const group = findGroup(transaction, input)
    deleteGroup(transaction, group)
    return { ...done, GroupId: group.id }
  },

  DescribeSecurityGroups: describeGroups,
  DescribeSecurityGroupRules: describeGroupRules,

  AuthorizeSecurityGroupIngress: (input, transaction) => {
    const rules = authorize(input, transaction, false)
    return { ...done, SecurityGroupRules: rules.map(({ spec }) => spec) }
  },

  AuthorizeSecurityGroupEgress: (input, transaction) => {
    const rules = authorize(input, transaction, true)
    return { ...done, SecurityGroupRules: rules.map(({ spec }) => spec) }
  },

  RevokeSecurityGroupIngress: (input, transaction) =>
    answerRevoked(revoke(input, transaction, false)),

  RevokeSecurityGroupEgress: (input, transaction) =>
    answerRevoked(revoke(input, transaction, true)),

  ModifySecurityGroupRules: (input, transaction) => {
    modifyRules(input, transaction)
    return done
  },

  UpdateSecurityGroupRuleDescriptionsIngress: (input, transaction) => {
    describeRules(input, transaction, false)
    return done
  },

  UpdateSecurityGroupRuleDescriptionsEgress: (input, transaction) => {
    describeRules(input, transaction, true)
    return done
  },
} as const satisfies Handlers

function answerRevoked({ rules, unknown }: Revoked) {
  return {
    ...done,
    UnknownIpPermissions: unknown,
    RevokedSecurityGroupRules: rules.map((rule) => tellRevoked(rule)),
  }
}
