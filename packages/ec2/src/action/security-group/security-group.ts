import type { Tag } from '@aws-sdk/client-ec2'

import { ec2Kinds, type SecurityGroupSpec, type VpcSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { createRule, rulesOf } from './rule.ts'

/** What a group is made as. */
export type GroupPlan = {
  readonly GroupName: string
  readonly Description: string
  readonly Tags?: readonly Tag[]
}

/** The name of the group that each VPC has; none other may have it. */
export const DEFAULT_GROUP = 'default'

/** Makes a group that lets everything out, and nothing in. */
export function createGroup(
  transaction: Transaction,
  vpc: Resource<VpcSpec>,
  { GroupName, Description, Tags = [] }: GroupPlan,
): Resource<SecurityGroupSpec> {
  const { region, account } = transaction.caller
  const group = transaction.create(ec2Kinds.securityGroups, (GroupId) => ({
    GroupId,
    SecurityGroupArn: `arn:aws:ec2:${region}:${account.id}:security-group/${GroupId}`,
    GroupName,
    Description,
    VpcId: vpc.id,
    OwnerId: account.id,
    Tags,
  }))
  createRule(transaction, group, { ...everything, IsEgress: true, CidrIpv4: '0.0.0.0/0' })
  if ((vpc.spec.Ipv6CidrBlockAssociationSet ?? []).length > 0) {
    createRule(transaction, group, { ...everything, IsEgress: true, CidrIpv6: '::/0' })
  }
  return group
}

/** Makes the group of a VPC's interfaces that name none: its members reach each other. */
export function createDefaultGroup(
  transaction: Transaction,
  vpc: Resource<VpcSpec>,
): Resource<SecurityGroupSpec> {
  const plan = { GroupName: DEFAULT_GROUP, Description: 'default VPC security group' }
  const group = createGroup(transaction, vpc, plan)
  const ReferencedGroupInfo = { GroupId: group.id, UserId: group.spec.OwnerId }
  createRule(transaction, group, { ...everything, IsEgress: false, ReferencedGroupInfo })
  return group
}

/** Takes a group away with its rules. */
export function removeGroup(transaction: Transaction, group: Resource<SecurityGroupSpec>): void {
  for (const rule of rulesOf(transaction, group)) {
    transaction.remove(ec2Kinds.securityGroupRules, rule)
  }
  transaction.remove(ec2Kinds.securityGroups, group)
}

/** All protocols, and so all ports. */
const everything = { IpProtocol: '-1', FromPort: -1, ToPort: -1 } as const
