import type { Zone } from '../../door/region.ts'
import { containsCidr, formatCidr, overlapsCidr, parseCidr } from '../../network/cidr.ts'
import { ec2Kinds, type VpcSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Input } from '../action.ts'
import { ActionError, invalidCombination, invalidValue, missingParameter } from '../errors.ts'
import { invalidRange, readCidrBlock } from '../vpc/cidr-block.ts'
import type { SubnetPlan } from './subnet.ts'

type Asked = Input<'CreateSubnet'>

/**
 * Returns what a subnet that is asked for is made as.
 *
 * @throws {@link ActionError} where it is not of its VPC's addresses, or another subnet has some of them.
 */
export function planSubnet(
  transaction: Transaction,
  vpc: Resource<VpcSpec>,
  asked: Asked,
): SubnetPlan {
  if (asked.OutpostArn ?? asked.Ipv6Native ?? asked.Ipv4IpamPoolId ?? asked.Ipv6IpamPoolId) {
    throw new ActionError(
      'UnsupportedOperation',
      'There are no outposts, no pools of addresses and no subnets without IPv4 here.',
    )
  }
  const zone = chooseZone(transaction, asked)
  const CidrBlock = chooseBlock(transaction, vpc, asked)
  const Ipv6CidrBlock = chooseIpv6Block(transaction, vpc, asked)
  return { CidrBlock, zone, ...(Ipv6CidrBlock !== undefined && { Ipv6CidrBlock }) }
}

function chooseBlock(
  transaction: Transaction,
  { id, spec }: Resource<VpcSpec>,
  { CidrBlock: text }: Asked,
): string {
  if (text === undefined) throw missingParameter('cidrBlock')
  const block = readCidrBlock(text, 'InvalidSubnet.Range')
  const own = spec.CidrBlockAssociationSet.flatMap(
    ({ CidrBlock = '' }) => parseCidr(CidrBlock) ?? [],
  )
  if (!own.some((outer) => containsCidr(outer, block))) {
    throw invalidRange('InvalidSubnet.Range', text)
  }
  for (const { spec: other } of transaction.list(ec2Kinds.subnets)) {
    const taken = other.VpcId === id ? parseCidr(other.CidrBlock) : undefined
    if (taken !== undefined && overlapsCidr(taken, block)) throw conflict(text)
  }
  return formatCidr(block)
}

/** All networks of IPv6 have the same size. */
const IPV6_LENGTH = 64

function chooseIpv6Block(
  transaction: Transaction,
  { id, spec }: Resource<VpcSpec>,
  { Ipv6CidrBlock: text }: Asked,
): string | undefined {
  if (text === undefined) return undefined
  const block = parseCidr(text)
  if (block?.family !== 6 || block.length !== IPV6_LENGTH) {
    throw invalidValue('ipv6CidrBlock', text, 'This is not a valid IPv6 CIDR block.')
  }
  const own = (spec.Ipv6CidrBlockAssociationSet ?? []).flatMap(
    ({ Ipv6CidrBlock = '' }) => parseCidr(Ipv6CidrBlock) ?? [],
  )
  // A VPC without IPv6 has nothing that a subnet's block could be at odds with: it is that subnet's own.
  if (own.length > 0 && !own.some((outer) => containsCidr(outer, block))) {
    throw invalidRange('InvalidSubnet.Range', text)
  }
  const written = formatCidr(block)
  const isTaken = transaction
    .list(ec2Kinds.subnets)
    .some(
      ({ spec: other }) =>
        other.VpcId === id &&
        other.Ipv6CidrBlockAssociationSet?.some((each) => each.Ipv6CidrBlock === written),
    )
  if (isTaken) throw conflict(text)
  return written
}

function conflict(text: string): ActionError {
  return new ActionError(
    'InvalidSubnet.Conflict',
    `The CIDR '${text}' conflicts with another subnet`,
  )
}

function chooseZone(
  { zones }: Transaction,
  { AvailabilityZone: name, AvailabilityZoneId: id }: Asked,
): Zone {
  if (name !== undefined && id !== undefined) {
    throw invalidCombination('Specify either AvailabilityZone or AvailabilityZoneId, not both.')
  }
  const zone = zones.find((each) => {
    if (name !== undefined) return each.name === name
    return id === undefined || each.id === id
  })
  if (zone !== undefined) return zone
  const parameter = name === undefined ? 'availabilityZoneId' : 'availabilityZone'
  const known = zones.map((each) => (name === undefined ? each.id : each.name)).join(', ')
  throw invalidValue(
    parameter,
    name ?? id,
    `Subnets can currently only be created in the following availability zones: ${known}.`,
  )
}
