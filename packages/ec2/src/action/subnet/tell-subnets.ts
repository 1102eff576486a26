import { parseCidr } from '../../network/cidr.ts'
import { ec2Kinds, type NetworkInterfaceSpec, type SubnetSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { ToldSubnet } from './filters.ts'

/** The first four addresses of a subnet, and its last one, are nobody's. Source: EC2's user guide, subnet sizing. */
export const RESERVED_FIRST = 4
export const RESERVED_LAST = 1

/** Returns subnets as they are told of: with how many addresses are free in them. */
export function tellSubnets(
  transaction: Transaction,
  subnets: readonly Resource<SubnetSpec>[],
): readonly ToldSubnet[] {
  const taken = new Map<string, number>()
  for (const { spec } of transaction.list(ec2Kinds.networkInterfaces)) {
    const own = addressesOf(spec).length
    taken.set(spec.SubnetId, (taken.get(spec.SubnetId) ?? 0) + own)
  }
  return subnets.map((subnet) => {
    const AvailableIpAddressCount = sizeOf(subnet.spec) - (taken.get(subnet.id) ?? 0)
    return { ...subnet, spec: { ...subnet.spec, AvailableIpAddressCount } }
  })
}

/** Returns the private addresses of an interface. */
export function addressesOf({
  PrivateIpAddresses,
}: Pick<NetworkInterfaceSpec, 'PrivateIpAddresses'>): readonly string[] {
  return PrivateIpAddresses.map(({ PrivateIpAddress }) => PrivateIpAddress)
}

/** Returns the IPv6 addresses of an interface. */
export function ipv6AddressesOf({
  Ipv6Addresses,
}: Pick<NetworkInterfaceSpec, 'Ipv6Addresses'>): readonly string[] {
  return (Ipv6Addresses ?? []).flatMap(({ Ipv6Address }) => Ipv6Address ?? [])
}

function sizeOf({ CidrBlock }: SubnetSpec): number {
  const block = parseCidr(CidrBlock)
  if (block === undefined) return 0
  return Number(block.last - block.first + 1n) - RESERVED_FIRST - RESERVED_LAST
}
