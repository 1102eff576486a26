import { ec2Kinds, type VpcSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Input } from '../action.ts'
import { ActionError, invalidValue, missingParameter } from '../errors.ts'
import { tagsFor } from '../tag/tags.ts'
import { findDefaultVpc } from '../vpc/default-vpc.ts'
import { assertGroupText } from './description.ts'
import { groupsOf, isSameName } from './find-group.ts'
import { DEFAULT_GROUP, type GroupPlan } from './security-group.ts'

/**
 * Returns what a group that is asked for is made as, and in which VPC.
 *
 * @throws {@link ActionError} where its name is taken, or none.
 */
export function planGroup(
  transaction: Transaction,
  { GroupName = '', Description = '', VpcId, TagSpecifications }: Input<'CreateSecurityGroup'>,
): GroupPlan & { readonly vpc: Resource<VpcSpec> } {
  if (GroupName === '') throw missingParameter('GroupName')
  if (Description === '') throw missingParameter('GroupDescription')
  assertGroupText('GroupName', GroupName)
  assertGroupText('GroupDescription', Description)
  if (GroupName.toLowerCase().startsWith('sg-')) {
    throw invalidValue('GroupName', GroupName, 'Group names may not be in the format sg-*.')
  }
  const vpc =
    VpcId === undefined ? findDefaultVpc(transaction) : transaction.get(ec2Kinds.vpcs, VpcId)
  if (vpc === undefined) throw new ActionError('VPCIdNotSpecified', 'No default VPC for this user')
  if (isSameName(GroupName, DEFAULT_GROUP)) {
    throw new ActionError(
      'InvalidParameterValue',
      `Cannot use reserved security group name: ${DEFAULT_GROUP}`,
    )
  }
  if (groupsOf(transaction, vpc).some(({ spec }) => isSameName(spec.GroupName, GroupName))) {
    throw new ActionError(
      'InvalidGroup.Duplicate',
      `The security group '${GroupName}' already exists for VPC '${vpc.id}'`,
    )
  }
  return { GroupName, Description, Tags: tagsFor(TagSpecifications, 'security-group'), vpc }
}
