import type { Zone } from '../../door/region.ts'
import { formatCidr, overlapsCidr, parseCidr, type Cidr } from '../../network/cidr.ts'
import { ec2Kinds, type VpcSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError } from '../errors.ts'
import { createSubnet } from '../subnet/subnet.ts'
import { createVpc } from './vpc.ts'

/** Source: EC2's user guide, default VPCs. */
const DEFAULT_VPC_CIDR = '172.31.0.0/16'
/** A default subnet has 4,091 addresses that can be used, and the VPC has room for 16. */
const SUBNET_LENGTH = 20
const SUBNET_SIZE = 1n << 12n

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
  createDefaultSubnets(transaction, vpc, transaction.zones)
  return vpc
}

/** Makes the default subnet of each of some zones, for as many as the VPC has room. */
export function createDefaultSubnets(
  transaction: Transaction,
  vpc: Resource<VpcSpec>,
  zones: readonly Zone[],
): void {
  const taken = transaction
    .list(ec2Kinds.subnets)
    .flatMap(({ spec }) => (spec.VpcId === vpc.id ? (parseCidr(spec.CidrBlock) ?? []) : []))
  const room = blocksOf(vpc.spec.CidrBlock).filter(
    (block) => !taken.some((own) => overlapsCidr(own, block)),
  )
  for (const [index, block] of room.slice(0, zones.length).entries()) {
    const zone = zones[index]
    if (zone === undefined) continue
    createSubnet(transaction, vpc, { CidrBlock: formatCidr(block), zone, isDefault: true })
  }
}

function blocksOf(cidr: string): readonly Cidr[] {
  const whole = parseCidr(cidr)
  if (whole === undefined) return []
  const count = Number((whole.last - whole.first + 1n) / SUBNET_SIZE)
  return Array.from({ length: count }, (_, index) => {
    const first = whole.first + BigInt(index) * SUBNET_SIZE
    return { ...whole, first, last: first + SUBNET_SIZE - 1n, length: SUBNET_LENGTH }
  })
}
