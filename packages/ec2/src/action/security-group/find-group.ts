import { ec2Kinds, type SecurityGroupSpec, type VpcSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError, missingParameter } from '../errors.ts'
import { findDefaultVpc } from '../vpc/default-vpc.ts'

/** How a group is named: by its id, or by its name where it is one of the default VPC. */
export type GroupName = {
  readonly GroupId?: string | undefined
  readonly GroupName?: string | undefined
}

/** @throws {@link ActionError} where there is none. */
export function findGroup(
  transaction: Transaction,
  { GroupId, GroupName }: GroupName,
): Resource<SecurityGroupSpec> {
  if (GroupId !== undefined) {
    assertGroupId(GroupId)
    return transaction.get(ec2Kinds.securityGroups, GroupId)
  }
  if (GroupName === undefined) {
    throw missingParameter('groupName or groupId')
  }
  return findNamedGroup(transaction, findDefaultVpc(transaction), GroupName)
}

/**
 * Returns the group of a VPC that has a name; names are the same whatever their letters' case.
 *
 * @throws {@link ActionError} where there is none.
 */
export function findNamedGroup(
  transaction: Transaction,
  vpc: Pick<Resource<VpcSpec>, 'id'> | undefined,
  name: string,
): Resource<SecurityGroupSpec> {
  const group =
    vpc === undefined
      ? undefined
      : groupsOf(transaction, vpc).find(({ spec }) => isSameName(spec.GroupName, name))
  if (group !== undefined) return group
  throw new ActionError(
    'InvalidGroup.NotFound',
    `The security group '${name}' does not exist in default VPC '${vpc?.id ?? ''}'`,
  )
}

/** Returns the groups of a VPC. */
export function groupsOf(
  transaction: Transaction,
  { id }: Pick<Resource<VpcSpec>, 'id'>,
): readonly Resource<SecurityGroupSpec>[] {
  return transaction.list(ec2Kinds.securityGroups).filter(({ spec }) => spec.VpcId === id)
}

/** Whether two names are one. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** @throws {@link ActionError} where a text cannot be the id of a group. */
export function assertGroupId(text: string): void {
  if (text.startsWith('sg-')) return
  const said = text.slice(0, 100)
  throw new ActionError(
    'InvalidGroupId.Malformed',
    `The security group ID '${said}' is malformed. Invalid id: "${said}" (expecting "sg-...")`,
  )
}
