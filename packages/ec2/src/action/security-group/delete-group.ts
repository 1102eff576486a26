import { ec2Kinds, type SecurityGroupSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError } from '../errors.ts'
import { DEFAULT_GROUP, removeGroup } from './security-group.ts'

/**
 * Takes a group away with its rules.
 *
 * @throws {@link ActionError} where it is its VPC's default one, an interface is its member, or another group's rule speaks of it.
 */
export function deleteGroup(transaction: Transaction, group: Resource<SecurityGroupSpec>): void {
  if (group.spec.GroupName === DEFAULT_GROUP) {
    throw new ActionError(
      'CannotDelete',
      `the specified group: "${group.id}" name: "${DEFAULT_GROUP}" cannot be deleted by a user`,
    )
  }
  const hasMembers = transaction
    .list(ec2Kinds.networkInterfaces)
    .some(({ spec }) => spec.GroupIds.includes(group.id))
  const isSpokenOf = transaction
    .list(ec2Kinds.securityGroupRules)
    .some(({ spec }) => spec.GroupId !== group.id && spec.ReferencedGroupInfo?.GroupId === group.id)
  if (hasMembers || isSpokenOf) {
    throw new ActionError('DependencyViolation', `resource ${group.id} has a dependent object`)
  }
  removeGroup(transaction, group)
}
