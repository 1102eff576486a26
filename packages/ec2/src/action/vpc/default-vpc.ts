import { ec2Kinds, type VpcSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError } from '../errors.ts'
import { createSubnet } from '../subnet/subnet.ts'
import { createVpc } from './vpc.ts'

/** Source: EC2's user guide, default VPCs. A subnet has 4,091 addresses that can be used. */
const DEFAULT_VPC_CIDR = '172.31.0.0/16'
const SUBNET_LENGTH = 20
/** How much the third number of an address grows from subnet to subnet. */
const SUBNET_STEP = 16

/** Returns the default VPC of the caller's region, where there is one. */
export function findDefaultVpc(transaction: Transaction): Resource<VpcSpec> | undefined {
  return transaction.list(ec2Kinds.vpcs).find(({ spec }) => spec.IsDefault)
}

/**
 * Makes the default VPC of a region: with a subnet in each zone, from which the internet is reached.
 *
 * @throws {@link ActionError} where there is one.
 */
export function createDefaultVpc(transaction: Transaction): Resource<VpcSpec> {
  if (findDefaultVpc(transaction) !== undefined) {
    throw new ActionError(
      'DefaultVpcAlreadyExists',
      'A Default VPC already exists for this account in this region.',
    )
  }
  const gateway = transaction.create(ec2Kinds.internetGateways, (InternetGatewayId) => ({
    InternetGatewayId,
    Attachments: [],
    OwnerId: transaction.caller.account.id,
    Tags: [],
  }))
  const vpc = createVpc(transaction, {
    CidrBlock: DEFAULT_VPC_CIDR,
    IsDefault: true,
    gatewayId: gateway.id,
  })
  transaction.change(ec2Kinds.internetGateways, gateway, {
    // EC2 says `available` of gateways, which the SDK's list of states lacks.
    Attachments: [{ State: 'available' as 'attached', VpcId: vpc.id }],
  })
  for (const [index, zone] of transaction.zones.entries()) {
    createSubnet(transaction, vpc, {
      CidrBlock: `172.31.${index * SUBNET_STEP}.0/${SUBNET_LENGTH}`,
      zone,
      isDefault: true,
    })
  }
  return vpc
}
