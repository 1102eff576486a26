import { afterAll, beforeAll, expect, test } from 'vitest'

import { quotas } from '../src/quota/quotas.ts'
import { openLab, type Lab } from './lab/open-client.ts'

/** VPCs and their subnets, through AWS's own client. */

let lab: Lab
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab.close())

const region = 'us-west-2'

async function setup(CidrBlock = '10.0.0.0/16') {
  const client = lab.clientIn(region)
  const { Vpc } = await client.createVpc({ CidrBlock })
  const VpcId = Vpc?.VpcId ?? ''
  const own = { Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }
  const createSubnet = (block: string) => client.createSubnet({ VpcId, CidrBlock: block })
  return { client, Vpc, VpcId, own, createSubnet }
}

test('a VPC has so many subnets, and not one more', async () => {
  const { client, own, createSubnet } = await setup()
  const most = quotas.subnetsPerVpc.value
  for (let at = 0; at < most; at += 1) await createSubnet(`10.0.${at}.0/24`)
  await expect(createSubnet('10.0.255.0/24')).rejects.toMatchObject({ name: 'SubnetLimitExceeded' })
  expect((await client.describeSubnets(own)).Subnets).toHaveLength(most)
})

test('a VPC has its own group, route table and ACL, which go with it', async () => {
  const { client, VpcId, own } = await setup()
  const tables = await client.describeRouteTables(own)
  expect(tables.RouteTables).toMatchObject([
    { Associations: [{ Main: true }], Routes: [{ GatewayId: 'local' }] },
  ])
  const acls = await client.describeNetworkAcls(own)
  expect(acls.NetworkAcls).toMatchObject([{ IsDefault: true, Entries: { length: 4 } }])
  await client.deleteVpc({ VpcId })
  expect((await client.describeRouteTables(own)).RouteTables).toEqual([])
  expect((await client.describeNetworkAcls(own)).NetworkAcls).toEqual([])
  await expect(client.describeVpcs({ VpcIds: [VpcId] })).rejects.toMatchObject({
    name: 'InvalidVpcID.NotFound',
  })
})

test('a block is written in its shortest form', async () => {
  const { Vpc } = await setup('100.68.0.18/18')
  expect(Vpc?.CidrBlock).toBe('100.68.0.0/18')
})

test.each([
  ['10.0.0.0/15', 'InvalidVpc.Range'],
  ['10.0.0.0/29', 'InvalidVpc.Range'],
  ['2001:db8::/20', 'InvalidParameterValue'],
  ['10.0.0.0', 'InvalidParameterValue'],
])('a VPC of %s is refused', async (CidrBlock, name) => {
  await expect(lab.clientIn(region).createVpc({ CidrBlock })).rejects.toMatchObject({ name })
})

test('a subnet is of its VPC’s addresses, and of nobody else’s', async () => {
  const { client, VpcId, createSubnet } = await setup()
  const { Subnet } = await createSubnet('10.0.1.0/24')
  expect(Subnet).toMatchObject({ AvailableIpAddressCount: 251, MapPublicIpOnLaunch: false })
  await expect(createSubnet('10.0.0.0/16')).rejects.toMatchObject({
    name: 'InvalidSubnet.Conflict',
  })
  await expect(createSubnet('10.1.0.0/24')).rejects.toMatchObject({ name: 'InvalidSubnet.Range' })
  await expect(client.deleteVpc({ VpcId })).rejects.toMatchObject({ name: 'DependencyViolation' })
  await client.deleteSubnet({ SubnetId: Subnet?.SubnetId })
  await client.deleteVpc({ VpcId })
})

test('a subnet is in the zone that is asked for, where there is one', async () => {
  const { client, VpcId } = await setup()
  const create = (AvailabilityZoneId: string) =>
    client.createSubnet({ VpcId, CidrBlock: '10.0.0.0/24', AvailabilityZoneId })
  await expect(create('use1-az1')).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  expect((await create('usw2-az3')).Subnet?.AvailabilityZone).toBe('us-west-2c')
})

test.each([
  [{ Tags: [{ Key: 'a', Value: 'b' }] }, 'InvalidParameter'],
  [{ ResourceType: 'subnet' as const }, 'InvalidParameter'],
])('tags for something are what is asked for: %j says one half', async (specification, name) => {
  const { client, VpcId } = await setup()
  const asked = { VpcId, CidrBlock: '10.0.0.0/24', TagSpecifications: [specification] }
  await expect(client.createSubnet(asked)).rejects.toMatchObject({ name })
})

test('one attribute is changed at a time', async () => {
  const { client, VpcId, createSubnet } = await setup()
  const on = { Value: true }
  await client.modifyVpcAttribute({ VpcId, EnableDnsHostnames: on })
  const names = await client.describeVpcAttribute({ VpcId, Attribute: 'enableDnsHostnames' })
  expect(names.EnableDnsHostnames).toEqual(on)
  await expect(
    client.modifyVpcAttribute({ VpcId, EnableDnsHostnames: on, EnableDnsSupport: on }),
  ).rejects.toMatchObject({ name: 'InvalidParameterCombination' })
  const SubnetId = (await createSubnet('10.0.0.0/24')).Subnet?.SubnetId
  await client.modifySubnetAttribute({ SubnetId, MapPublicIpOnLaunch: on })
  await expect(
    client.modifySubnetAttribute({ SubnetId, AssignIpv6AddressOnCreation: on }),
  ).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  await expect(client.modifySubnetAttribute({ SubnetId, EnableDns64: on })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  })
  const { Subnets } = await client.describeSubnets({ SubnetIds: [SubnetId ?? ''] })
  expect(Subnets).toMatchObject([{ MapPublicIpOnLaunch: true, AssignIpv6AddressOnCreation: false }])
})

test('subnets of IPv6 are of the block that their VPC was given', async () => {
  const { client } = await setup()
  const asked = { CidrBlock: '10.0.0.0/16', AmazonProvidedIpv6CidrBlock: true }
  const { Vpc } = await client.createVpc(asked)
  const block = Vpc?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? ''
  expect(block).toMatch(/^fd[0-9a-f:]+::\/56$/)
  const subnet = { VpcId: Vpc?.VpcId, CidrBlock: '10.0.0.0/24' }
  const Ipv6CidrBlock = block.replace('/56', '/64')
  await expect(
    client.createSubnet({ ...subnet, Ipv6CidrBlock: '2001:db8::/64' }),
  ).rejects.toMatchObject({ name: 'InvalidSubnet.Range' })
  await client.createSubnet({ ...subnet, Ipv6CidrBlock })
  await expect(
    client.createSubnet({ ...subnet, CidrBlock: '10.0.1.0/24', Ipv6CidrBlock }),
  ).rejects.toMatchObject({ name: 'InvalidSubnet.Conflict' })
})

test('a subnet has a block of IPv6 of its own where its VPC has none', async () => {
  const { client, VpcId } = await setup()
  const asked = { VpcId, CidrBlock: '10.0.0.0/24', Ipv6CidrBlock: '2001:db8::/64' }
  const { Subnet } = await client.createSubnet(asked)
  expect(Subnet?.Ipv6CidrBlockAssociationSet).toMatchObject([{ Ipv6CidrBlock: '2001:db8::/64' }])
})

test('a VPC is found by its block, however that is written', async () => {
  const { client, VpcId } = await setup('10.77.0.0/16')
  const Filters = [{ Name: 'cidr', Values: ['10.77.3.4/16'] }]
  expect((await client.describeVpcs({ Filters })).Vpcs).toMatchObject([{ VpcId }])
})

test('a default VPC that was deleted stays away until it is asked for', async () => {
  const client = lab.clientIn('eu-north-1')
  const find = () => client.describeVpcs({ Filters: [{ Name: 'is-default', Values: ['true'] }] })
  const VpcId = (await find()).Vpcs?.[0]?.VpcId
  await expect(client.createDefaultVpc({})).rejects.toMatchObject({
    name: 'DefaultVpcAlreadyExists',
  })
  const { Subnets = [] } = await client.describeSubnets({})
  for (const { SubnetId } of Subnets) await client.deleteSubnet({ SubnetId })
  await client.deleteVpc({ VpcId })
  expect((await find()).Vpcs).toEqual([])
  expect((await client.describeInternetGateways({})).InternetGateways).toEqual([])
  await client.createDefaultVpc({})
  expect((await find()).Vpcs).toHaveLength(1)
  expect((await client.describeSubnets({})).Subnets).toHaveLength(3)
})

test('none of this was a fault of ours', () => {
  expect(lab.faults).toEqual([])
})
