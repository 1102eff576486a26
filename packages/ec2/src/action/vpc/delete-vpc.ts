import { ec2Kinds, type Ec2Kind, type Tagged, type VpcSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError } from '../errors.ts'
import { removeGroup, DEFAULT_GROUP } from '../security-group/security-group.ts'

/**
 * Takes a VPC away with what it was made with. Its gateway goes too: there is no action here that could detach one.
 *
 * @throws {@link ActionError} where something else is in it.
 */
export function deleteVpc(transaction: Transaction, vpc: Resource<VpcSpec>): void {
  const isIn = ({ spec }: { readonly spec: { readonly VpcId?: string | undefined } }) =>
    spec.VpcId === vpc.id
  const groups = transaction.list(ec2Kinds.securityGroups).filter(isIn)
  const isUsed =
    transaction.list(ec2Kinds.subnets).some(isIn) ||
    transaction.list(ec2Kinds.networkInterfaces).some(isIn) ||
    groups.some(({ spec }) => spec.GroupName !== DEFAULT_GROUP)
  if (isUsed) {
    throw new ActionError(
      'DependencyViolation',
      `The vpc '${vpc.id}' has dependencies and cannot be deleted.`,
    )
  }
  for (const group of groups) removeGroup(transaction, group)
  removeAll(transaction, ec2Kinds.routeTables, isIn)
  removeAll(transaction, ec2Kinds.networkAcls, isIn)
  removeAll(transaction, ec2Kinds.internetGateways, ({ spec }) =>
    spec.Attachments.some(({ VpcId }) => VpcId === vpc.id),
  )
  transaction.remove(ec2Kinds.vpcs, vpc)
}

function removeAll<Spec extends Tagged>(
  transaction: Transaction,
  kind: Ec2Kind<Spec>,
  isOne: (resource: Resource<Spec>) => boolean,
): void {
  for (const resource of transaction.list(kind).filter(isOne)) transaction.remove(kind, resource)
}
