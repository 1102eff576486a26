import { afterAll, beforeAll, expect, test } from 'vitest'

import { openLab, type Lab } from './lab/open-client.ts'

/** Interfaces and addresses, through AWS's own client. */

let lab: Lab
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab.close())

const refusal = (name: string) => expect.objectContaining({ name })

/** A subnet with room for eleven, in a VPC of its own. */
async function setup(region = 'us-west-2') {
  const client = lab.clientIn(region)
  const { Vpc } = await client.createVpc({ CidrBlock: '10.0.0.0/28' })
  const { Subnet } = await client.createSubnet({ VpcId: Vpc?.VpcId, CidrBlock: '10.0.0.0/28' })
  const SubnetId = Subnet?.SubnetId
  const create = async (asked: object = {}) => {
    const answer = await client.createNetworkInterface({ SubnetId, ...asked })
    const { NetworkInterfaceId = '', PrivateIpAddress = '' } = answer.NetworkInterface ?? {}
    return { id: NetworkInterfaceId, address: PrivateIpAddress, told: answer.NetworkInterface }
  }
  const find = async (id: string) => {
    const { NetworkInterfaces } = await client.describeNetworkInterfaces({
      NetworkInterfaceIds: [id],
    })
    return NetworkInterfaces?.[0]
  }
  const allocate = async () => {
    const { AllocationId = '', PublicIp = '' } = await client.allocateAddress({})
    return { id: AllocationId, address: PublicIp }
  }
  return { client, VpcId: Vpc?.VpcId, SubnetId, create, find, allocate }
}

test('an interface has a free address, a name and its VPC’s default group', async () => {
  const { create } = await setup()
  const { told } = await create({ Description: 'mine' })
  expect(told).toMatchObject({
    PrivateIpAddress: '10.0.0.4',
    PrivateDnsName: 'ip-10-0-0-4.us-west-2.compute.internal',
    Description: 'mine',
    Groups: [{ GroupName: 'default' }],
    Status: 'available',
    AvailabilityZone: 'us-west-2a',
  })
  expect(told?.MacAddress).toMatch(/^02(:[0-9a-f]{2}){5}$/)
})

test('a subnet gives all addresses but five, each to one interface, and takes them back', async () => {
  const { client, SubnetId, create } = await setup()
  const made = [await create({ SecondaryPrivateIpAddressCount: 9 }), await create()]
  await expect(create()).rejects.toEqual(refusal('InsufficientFreeAddressesInSubnet'))
  const { Subnets } = await client.describeSubnets({ SubnetIds: [SubnetId ?? ''] })
  expect(Subnets?.[0]?.AvailableIpAddressCount).toBe(0)
  await expect(client.deleteSubnet({ SubnetId })).rejects.toEqual(refusal('DependencyViolation'))
  const [first] = made
  await client.deleteNetworkInterface({ NetworkInterfaceId: first?.id })
  expect((await create({ PrivateIpAddress: '10.0.0.13' })).address).toBe('10.0.0.13')
})

test.each([
  ['10.0.1.4', 'InvalidParameterValue'],
  ['10.0.0.3', 'InvalidParameterValue'],
  ['10.0.0.15', 'InvalidParameterValue'],
  ['somewhere', 'InvalidParameterValue'],
  ['10.0.0.4', 'InvalidIPAddress.InUse'],
])('the private address %s cannot be had', async (PrivateIpAddress, name) => {
  const { create } = await setup()
  await create()
  await expect(create({ PrivateIpAddress })).rejects.toEqual(refusal(name))
})

/** A subnet that has IPv6 too, and how its addresses begin. */
async function setupIpv6() {
  const { client, create } = await setup()
  const asked = { CidrBlock: '10.0.0.0/16', AmazonProvidedIpv6CidrBlock: true }
  const { Vpc } = await client.createVpc(asked)
  const [given] = Vpc?.Ipv6CidrBlockAssociationSet ?? []
  const network = String(given?.Ipv6CidrBlock).replace('::/56', '')
  const Ipv6CidrBlock = `${network}::/64`
  const subnet = { VpcId: Vpc?.VpcId, CidrBlock: '10.0.0.0/24', Ipv6CidrBlock }
  const { Subnet } = await client.createSubnet(subnet)
  const SubnetId = Subnet?.SubnetId
  return { client, SubnetId, network, create: (own: object) => create({ SubnetId, ...own }) }
}

test('an interface has the IPv6 addresses of its subnet that it asks for', async () => {
  const { network, create } = await setupIpv6()
  const name = (Ipv6Address: string) => create({ Ipv6Addresses: [{ Ipv6Address }] })
  expect((await name(`${network}::7`)).told?.Ipv6Address).toBe(`${network}::7`)
  await expect(name(`${network}::7`)).rejects.toEqual(refusal('InvalidIPAddress.InUse'))
  await expect(name('2001:db8::1')).rejects.toEqual(refusal('InvalidParameterValue'))
  const without = await setup()
  await expect(without.create({ Ipv6AddressCount: 1 })).rejects.toEqual(
    refusal('InvalidParameterValue'),
  )
})

test('an interface has fifty addresses of a version at most', async () => {
  const { SubnetId, create } = await setupIpv6()
  const limit = refusal('PrivateIpAddressLimitExceeded')
  await expect(create({ Ipv6AddressCount: 51 })).rejects.toEqual(limit)
  await expect(create({ Ipv6AddressCount: 2_000_000_000 })).rejects.toEqual(limit)
  await expect(create({ SecondaryPrivateIpAddressCount: 50 })).rejects.toEqual(limit)
  const most = { SubnetId, Ipv6AddressCount: 50, SecondaryPrivateIpAddressCount: 49 }
  const { told } = await create(most)
  expect(told?.Ipv6Addresses).toHaveLength(50)
  expect(told?.PrivateIpAddresses).toHaveLength(50)
})

test('an interface has an IPv6 address where its subnet says so', async () => {
  const { client, SubnetId, network, create } = await setupIpv6()
  expect((await create({})).told?.Ipv6Addresses).toEqual([])
  const AssignIpv6AddressOnCreation = { Value: true }
  await client.modifySubnetAttribute({ SubnetId, AssignIpv6AddressOnCreation })
  const { told } = await create({})
  expect(told?.Ipv6Address?.startsWith(`${network}:`)).toBe(true)
  expect(told?.Ipv6Addresses).toMatchObject([{ Ipv6Address: told?.Ipv6Address }])
})

test('an interface is of five groups at most, all of its VPC', async () => {
  const { client, VpcId, create } = await setup()
  const createGroup = async (name: string, vpc: string | undefined) => {
    const asked = { GroupName: name, Description: 'a group', VpcId: vpc }
    return (await client.createSecurityGroup(asked)).GroupId ?? ''
  }
  const Groups = await Promise.all(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => createGroup(name, VpcId)),
  )
  await expect(create({ Groups })).rejects.toEqual(
    refusal('SecurityGroupsPerInterfaceLimitExceeded'),
  )
  const other = await createGroup('other', undefined)
  await expect(create({ Groups: [other] })).rejects.toEqual(refusal('InvalidParameter'))
  await create({ Groups: Groups.slice(1) })
  await expect(client.deleteSecurityGroup({ GroupId: Groups[1] })).rejects.toEqual(
    refusal('DependencyViolation'),
  )
})

test('an address moves in one step, and is released once it leads nowhere', async () => {
  const { client, create, find, allocate } = await setup()
  const [one, other, { id: AllocationId, address }] = [
    await create(),
    await create(),
    await allocate(),
  ]
  const associate = (NetworkInterfaceId: string, asked: object = {}) =>
    client.associateAddress({ AllocationId, NetworkInterfaceId, ...asked })
  const { AssociationId: first } = await associate(one.id)
  expect((await associate(one.id)).AssociationId).toBe(first)
  expect((await find(one.id))?.Association).toMatchObject({ AllocationId, PublicIp: address })
  await expect(associate(other.id, { AllowReassociation: false })).rejects.toEqual(
    refusal('Resource.AlreadyAssociated'),
  )
  const { AssociationId } = await associate(other.id)
  expect((await find(one.id))?.Association).toBeUndefined()
  expect((await find(other.id))?.Association?.PublicIp).toBe(address)
  await expect(client.releaseAddress({ AllocationId })).rejects.toEqual(
    refusal('InvalidIPAddress.InUse'),
  )
  await client.disassociateAddress({ AssociationId })
  await client.releaseAddress({ AllocationId })
  await expect(client.describeAddresses({ AllocationIds: [AllocationId] })).rejects.toEqual(
    refusal('InvalidAllocationID.NotFound'),
  )
})

test('the address that leads to an interface is the last one that was told to', async () => {
  const { client, create, find, allocate } = await setup('eu-west-1')
  const { id: NetworkInterfaceId } = await create()
  const [first, second] = [await allocate(), await allocate()]
  await client.associateAddress({ AllocationId: first.id, NetworkInterfaceId })
  await client.associateAddress({ PublicIp: second.address, NetworkInterfaceId })
  expect((await find(NetworkInterfaceId))?.Association?.AllocationId).toBe(second.id)
  const leading = async () => {
    const { Addresses = [] } = await client.describeAddresses({})
    return Addresses.map((each) => each.AssociationId !== undefined)
  }
  expect(await leading()).toEqual([false, true])
  await client.deleteNetworkInterface({ NetworkInterfaceId })
  expect(await leading()).toEqual([false, false])
})

test('no two have the same address, in whatever regions, and what was not kept is free again', async () => {
  const west = await setup('us-west-1')
  const east = await setup('us-east-2')
  const got = await Promise.all([west, east, west, east].map((side) => side.allocate()))
  expect(new Set(got.map(({ address }) => address)).size).toBe(4)
  const [first] = got
  await west.client.releaseAddress({ AllocationId: first?.id })
  const dry = west.client.allocateAddress({ Address: first?.address, DryRun: true })
  await expect(dry).rejects.toEqual(refusal('DryRunOperation'))
  const again = await east.client.allocateAddress({ Address: first?.address })
  expect(again.PublicIp).toBe(first?.address)
  await expect(east.client.allocateAddress({ Address: first?.address })).rejects.toEqual(
    refusal('InvalidAddress.NotFound'),
  )
})

test('an account has five addresses in a region at most', async () => {
  const { client, allocate } = await setup('sa-east-1')
  for (let count = 0; count < 5; count += 1) await allocate()
  await expect(client.allocateAddress({})).rejects.toEqual(refusal('AddressLimitExceeded'))
})

test('none of this was a fault of ours', () => {
  expect(lab.faults).toEqual([])
})
