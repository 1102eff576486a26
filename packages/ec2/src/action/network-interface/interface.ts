import { randomBytes } from 'node:crypto'

import type { Tag } from '@aws-sdk/client-ec2'

import { assertWithinQuota } from '../../quota/quotas.ts'
import {
  ec2Kinds,
  type NetworkInterfaceSpec,
  type SubnetSpec,
  type VpcSpec,
} from '../../resource/kinds.ts'
import { interfacesAtAddress, interfacesOfSubnet } from '../../resource/resource-index.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { disassociateInterface } from '../address/association.ts'
import { ActionError, invalidCombination } from '../errors.ts'
import { findGroup, findNamedGroup } from '../security-group/find-group.ts'
import { DEFAULT_GROUP } from '../security-group/security-group.ts'
import { chooseIpv6Addresses } from './ipv6-address.ts'
import { privateNameOf } from './names.ts'
import { choosePrivateAddresses, type AddressPlan, type Taken } from './private-address.ts'

/** What interfaces are made as. */
export type InterfacePlan = {
  readonly subnet: Resource<SubnetSpec>
  /** Of the subnet's VPC; its default one where none is given. */
  readonly GroupIds?: readonly string[] | undefined
  /** Of each interface; one that is free where nothing is said. */
  readonly addresses?: AddressPlan
  /** Of each interface; as its subnet says where nothing is. */
  readonly ipv6?: AddressPlan
  readonly Description?: string
  readonly Tags?: readonly Tag[]
  /** Where an instance has it from the start. */
  readonly AttachTime?: string
  readonly DeleteOnTermination?: boolean
  /** Whether it gets a public address for a while. */
  readonly isPublic?: boolean
}

/**
 * Makes one interface, or as many as there are to be, each with addresses that nobody in its subnet has.
 *
 * @throws {@link ActionError} where there are too few addresses, or a group is none of the VPC's; nothing is made then.
 */
export function createInterfaces(
  transaction: Transaction,
  plan: InterfacePlan,
  count = 1,
): readonly Resource<NetworkInterfaceSpec>[] {
  const { subnet, addresses = { named: [], others: 1 }, isPublic = false } = plan
  if (count > 1 && addresses.named.length + (plan.ipv6?.named.length ?? 0) > 0) {
    throw invalidCombination('A private address is one interface’s: name none for more than one.')
  }
  const GroupIds = groupsOf(transaction, plan)
  const taken = takenIn(transaction, subnet)
  const ipv6 = plan.ipv6 ?? { named: [], others: subnet.spec.AssignIpv6AddressOnCreation ? 1 : 0 }
  const perInterface = sizeOf(addresses)
  for (const asked of [perInterface, sizeOf(ipv6)]) {
    assertWithinQuota('addressesPerInterface', { used: 0, asked })
  }
  const all = choosePrivateAddresses(subnet.spec, taken, {
    named: addresses.named,
    others: perInterface * count - addresses.named.length,
  })
  const publicAddresses = isPublic ? takePublic(transaction, count) : []
  return Array.from({ length: count }, (_, index) => {
    const own = all.slice(index * perInterface, (index + 1) * perInterface)
    return createOne(
      transaction,
      { ...plan, GroupIds },
      {
        own,
        PublicIp: publicAddresses[index],
        ipv6: chooseIpv6Addresses(subnet.spec, taken, ipv6),
      },
    )
  })
}

function sizeOf({ named, others }: AddressPlan): number {
  return named.length + others
}

/** Takes an interface away; an address that was allocated to the account stays the account's. */
export function removeInterface(
  transaction: Transaction,
  one: Resource<NetworkInterfaceSpec>,
): void {
  disassociateInterface(transaction, one.id)
  transaction.remove(ec2Kinds.networkInterfaces, one)
}

/** What one interface gets. */
type OwnAddresses = {
  readonly own: readonly string[]
  readonly PublicIp: string | undefined
  readonly ipv6: readonly string[]
}

function createOne(
  transaction: Transaction,
  plan: InterfacePlan & { readonly GroupIds: readonly string[] },
  { own, PublicIp, ipv6 }: OwnAddresses,
): Resource<NetworkInterfaceSpec> {
  const { subnet, GroupIds, Description = '', Tags = [], AttachTime, DeleteOnTermination } = plan
  const { region, account, userId } = transaction.caller
  const [PrivateIpAddress = ''] = own
  const { SubnetId, VpcId, AvailabilityZone, AvailabilityZoneId } = subnet.spec
  return transaction.create(
    ec2Kinds.networkInterfaces,
    (NetworkInterfaceId): NetworkInterfaceSpec => ({
      NetworkInterfaceId,
      SubnetId,
      VpcId,
      AvailabilityZone,
      AvailabilityZoneId,
      OwnerId: account.id,
      RequesterId: userId,
      RequesterManaged: false,
      Description,
      GroupIds,
      InterfaceType: 'interface',
      MacAddress: createMacAddress(),
      PrivateIpAddress,
      PrivateDnsName: privateNameOf(PrivateIpAddress, region),
      PrivateIpAddresses: own.map((address, index) => ({
        PrivateIpAddress: address,
        Primary: index === 0,
      })),
      Ipv6Addresses: ipv6.map((Ipv6Address) => ({ Ipv6Address, IsPrimaryIpv6: false })),
      Ipv6Address: ipv6[0],
      SourceDestCheck: true,
      Tags,
      PublicIp,
      AttachTime,
      DeleteOnTermination,
    }),
  )
}

/** Looks up whose an address is: a subnet may have thousands. */
function takenIn(transaction: Transaction, { id }: Pick<Resource<SubnetSpec>, 'id'>): Taken {
  return {
    has: (address) => transaction.listBy(interfacesAtAddress, `${id}/${address}`).length > 0,
    size: transaction.countBy(interfacesOfSubnet, id) + transaction.created,
  }
}

function takePublic(transaction: Transaction, count: number): readonly string[] {
  const addresses = transaction.takePublicAddresses(count)
  if (addresses.length === count) return addresses
  throw new ActionError(
    'InsufficientAddressCapacity',
    'Not enough addresses available to satisfy your request.',
  )
}

function groupsOf(
  transaction: Transaction,
  { subnet, GroupIds = [] }: InterfacePlan,
): readonly string[] {
  const { VpcId } = subnet.spec
  if (GroupIds.length === 0) {
    return [findNamedGroup(transaction, vpcOf(VpcId), DEFAULT_GROUP).id]
  }
  return groupsIn(transaction, GroupIds, { VpcId, member: `subnet ${subnet.id}` })
}

/**
 * Returns groups by their ids, each once.
 *
 * @throws {@link ActionError} where one is none of the VPC's that its member is in, or they are more than an interface may have.
 */
export function groupsIn(
  transaction: Transaction,
  GroupIds: readonly string[],
  { VpcId, member }: { readonly VpcId: string | undefined; readonly member: string },
): readonly string[] {
  const ids = [...new Set(GroupIds)]
  assertWithinQuota('groupsPerInterface', { used: 0, asked: ids.length })
  for (const id of ids) {
    const { spec } = findGroup(transaction, { GroupId: id })
    if (spec.VpcId === VpcId) continue
    throw new ActionError(
      'InvalidParameter',
      `Security group ${id} and ${member} belong to different networks.`,
    )
  }
  return ids
}

function vpcOf(id: string): Pick<Resource<VpcSpec>, 'id'> {
  return { id }
}

/** One of those that nobody was given: the second bit of its first byte says so (IEEE 802). */
function createMacAddress(): string {
  return ['02', ...(randomBytes(5).toString('hex').match(/../g) ?? [])].join(':')
}
