import { ec2Kinds, type SubnetSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError } from '../errors.ts'
import type { LaunchInput } from '../launch-template/launch-input.ts'

/**
 * Returns the subnet that a launch goes to: that of its interface, the one that it names, or the default one of its zone.
 *
 * @throws {@link ActionError} where there is none.
 */
export function placeOf(
  { NetworkInterfaces = [], SubnetId, Placement }: LaunchInput,
  transaction: Transaction,
): Resource<SubnetSpec> {
  const [first] = NetworkInterfaces
  if (first?.NetworkInterfaceId !== undefined) {
    const { spec } = transaction.get(ec2Kinds.networkInterfaces, first.NetworkInterfaceId)
    return transaction.get(ec2Kinds.subnets, spec.SubnetId ?? '')
  }
  const named = first?.SubnetId ?? SubnetId
  if (named !== undefined) return transaction.get(ec2Kinds.subnets, named)
  // Terraform's provider sends an empty one where nobody says a zone.
  const zone = Placement?.AvailabilityZone === '' ? undefined : Placement?.AvailabilityZone
  return defaultSubnet(transaction, zone)
}

function defaultSubnet(transaction: Transaction, zone: string | undefined): Resource<SubnetSpec> {
  const { zones } = transaction
  if (zone !== undefined && !zones.some(({ name }) => name === zone)) {
    throw new ActionError('InvalidParameterValue', `Invalid Availability Zone (${zone})`)
  }
  const wanted = zone ?? zones[0]?.name
  const subnets = transaction.list(ec2Kinds.subnets).filter(({ spec }) => spec.DefaultForAz)
  const found =
    subnets.find(({ spec }) => spec.AvailabilityZone === wanted) ??
    (zone === undefined ? subnets[0] : undefined)
  if (found !== undefined) return found
  const vpc = transaction.list(ec2Kinds.vpcs).find(({ spec }) => spec.IsDefault)
  if (vpc === undefined) {
    throw new ActionError('VPCIdNotSpecified', 'No default VPC for this user. Name a subnet.')
  }
  throw new ActionError(
    'MissingInput',
    `No subnets found for the default VPC '${vpc.id}'. Please specify a subnet.`,
  )
}
