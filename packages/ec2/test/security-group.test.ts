import type { EC2, IpPermission } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { openLab, type Lab } from './lab/open-client.ts'

/** Groups and their rules, through AWS's own client. */

let lab: Lab
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab.close())

let count = 0

async function createGroup(client: EC2, VpcId?: string): Promise<string> {
  count += 1
  const asked = { GroupName: `group-${count}`, Description: 'a group', VpcId }
  return (await client.createSecurityGroup(asked)).GroupId ?? ''
}

/** Two groups of a VPC of their own. */
async function setup() {
  const client = lab.clientIn('us-west-2')
  const { Vpc } = await client.createVpc({ CidrBlock: '10.0.0.0/16' })
  const GroupId = await createGroup(client, Vpc?.VpcId)
  const other = await createGroup(client, Vpc?.VpcId)
  const find = async () => {
    const { SecurityGroups } = await client.describeSecurityGroups({ GroupIds: [GroupId] })
    return SecurityGroups?.[0]
  }
  return { client, VpcId: Vpc?.VpcId, GroupId, other, find }
}

const web = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80 } as const
const permission = (...blocks: readonly string[]): IpPermission => ({
  ...web,
  IpRanges: blocks.map((CidrIp) => ({ CidrIp })),
})
const refusal = (name: string) => expect.objectContaining({ name })

test('a new group lets everything out and nothing in', async () => {
  const { find } = await setup()
  const group = await find()
  expect(group?.IpPermissions).toEqual([])
  expect(group?.IpPermissionsEgress).toEqual([
    {
      IpProtocol: '-1',
      IpRanges: [{ CidrIp: '0.0.0.0/0' }],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    },
  ])
})

test('rules that let the same through are one permission, and blocks are in their shortest form', async () => {
  const { client, GroupId, other, find } = await setup()
  const { SecurityGroupRules } = await client.authorizeSecurityGroupIngress({
    GroupId,
    IpPermissions: [
      permission('100.68.0.18/18', '192.0.2.0/24'),
      { ...web, UserIdGroupPairs: [{ GroupId: other }] },
    ],
  })
  expect(SecurityGroupRules?.map(({ CidrIpv4 }) => CidrIpv4)).toEqual([
    '100.68.0.0/18',
    '192.0.2.0/24',
    undefined,
  ])
  expect((await find())?.IpPermissions).toMatchObject([
    {
      ...web,
      IpRanges: [{ CidrIp: '100.68.0.0/18' }, { CidrIp: '192.0.2.0/24' }],
      UserIdGroupPairs: [{ GroupId: other }],
    },
  ])
})

test('all of a request’s rules are given, or none', async () => {
  const { client, GroupId, find } = await setup()
  const authorize = (...IpPermissions: IpPermission[]) =>
    client.authorizeSecurityGroupIngress({ GroupId, IpPermissions })
  await authorize(permission('192.0.2.0/24'))
  await expect(authorize(permission('10.0.0.0/8'), permission('192.0.2.1/24'))).rejects.toEqual(
    refusal('InvalidPermission.Duplicate'),
  )
  await expect(authorize(permission('10.0.0.0/8', '10.0.0.0/8'))).rejects.toEqual(
    refusal('InvalidParameterValue'),
  )
  const many = Array.from({ length: 60 }, (_, at) => `10.0.${at}.0/24`)
  await expect(authorize(permission(...many))).rejects.toEqual(
    refusal('RulesPerSecurityGroupLimitExceeded'),
  )
  await authorize(permission(...many.slice(1)))
  expect((await find())?.IpPermissions?.[0]?.IpRanges).toHaveLength(60)
})

test('a group of another VPC cannot be spoken of', async () => {
  const { client, GroupId } = await setup()
  const elsewhere = await createGroup(client)
  const IpPermissions = [{ ...web, UserIdGroupPairs: [{ GroupId: elsewhere }] }]
  await expect(client.authorizeSecurityGroupIngress({ GroupId, IpPermissions })).rejects.toEqual(
    refusal('InvalidGroup.NotFound'),
  )
})

test('rules are taken away by what they say, or by their ids', async () => {
  const { client, GroupId, find } = await setup()
  const IpPermissions = [permission('192.0.2.0/24', '10.0.0.0/8')]
  const { SecurityGroupRules = [] } = await client.authorizeSecurityGroupIngress({
    GroupId,
    IpPermissions,
  })
  const missing = { GroupId, IpPermissions: [permission('192.0.2.0/24', '8.8.8.0/24')] }
  await expect(client.revokeSecurityGroupIngress(missing)).rejects.toEqual(
    refusal('InvalidPermission.NotFound'),
  )
  await client.revokeSecurityGroupIngress({ GroupId, IpPermissions: [permission('10.0.0.0/8')] })
  const SecurityGroupRuleIds = [SecurityGroupRules[0]?.SecurityGroupRuleId ?? '']
  await expect(client.revokeSecurityGroupEgress({ GroupId, SecurityGroupRuleIds })).rejects.toEqual(
    refusal('InvalidSecurityGroupRuleId.NotFound'),
  )
  await client.revokeSecurityGroupIngress({ GroupId, SecurityGroupRuleIds })
  expect((await find())?.IpPermissions).toEqual([])
})

test('of a group of the default VPC it is told what was not there', async () => {
  const client = lab.clientIn('us-west-2')
  const GroupId = await createGroup(client)
  const answer = await client.revokeSecurityGroupIngress({
    GroupId,
    IpPermissions: [permission('10.0.0.0/8')],
  })
  expect(answer.UnknownIpPermissions).toMatchObject([permission('10.0.0.0/8')])
})

test('a rule that is changed loses whom it was for', async () => {
  const { client, GroupId, other } = await setup()
  const { SecurityGroupRules = [] } = await client.authorizeSecurityGroupIngress({
    GroupId,
    IpPermissions: [permission('10.0.0.0/8', '192.0.2.0/24')],
  })
  const SecurityGroupRuleId = SecurityGroupRules[0]?.SecurityGroupRuleId
  const modify = (peer: object) =>
    client.modifySecurityGroupRules({
      GroupId,
      SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule: { ...web, ...peer } }],
    })
  await expect(modify({ CidrIpv4: '192.0.2.0/24' })).rejects.toEqual(
    refusal('InvalidPermission.Duplicate'),
  )
  await modify({ ReferencedGroupId: other })
  const told = await client.describeSecurityGroupRules({
    SecurityGroupRuleIds: [SecurityGroupRuleId ?? ''],
  })
  expect(told.SecurityGroupRules?.[0]?.CidrIpv4).toBeUndefined()
  expect(told.SecurityGroupRules).toMatchObject([{ ReferencedGroupInfo: { GroupId: other } }])
})

test('a group stays as long as another one speaks of it, and a default one for ever', async () => {
  const { client, VpcId, GroupId, other } = await setup()
  const IpPermissions = [{ ...web, UserIdGroupPairs: [{ GroupId: other }] }]
  await client.authorizeSecurityGroupIngress({ GroupId, IpPermissions })
  const remove = (id: string | undefined) => client.deleteSecurityGroup({ GroupId: id })
  await expect(remove(other)).rejects.toEqual(refusal('DependencyViolation'))
  await remove(GroupId)
  await remove(other)
  const { SecurityGroups } = await client.describeSecurityGroups({
    Filters: [{ Name: 'vpc-id', Values: [VpcId ?? ''] }],
  })
  expect(SecurityGroups).toHaveLength(1)
  await expect(remove(SecurityGroups?.[0]?.GroupId)).rejects.toEqual(refusal('CannotDelete'))
})

test.each([
  [{ GroupName: 'sg-mine', Description: 'a' }, 'InvalidParameterValue'],
  [{ GroupName: 'default', Description: 'a' }, 'InvalidParameterValue'],
  [{ GroupName: 'Dear', Description: 'ä' }, 'InvalidParameterValue'],
  [{ GroupName: 'dear', Description: '' }, 'MissingParameter'],
  [{ GroupName: 'dear', Description: 'a', VpcId: 'vpc-12345678' }, 'InvalidVpcID.NotFound'],
])('a group of %j is refused', async (asked, name) => {
  await expect(lab.clientIn('us-west-2').createSecurityGroup(asked)).rejects.toEqual(refusal(name))
})

test('groups are found by what their rules say', async () => {
  const { client, GroupId, other } = await setup()
  await client.authorizeSecurityGroupEgress({
    GroupId,
    IpPermissions: [{ ...web, UserIdGroupPairs: [{ GroupId: other }] }],
  })
  const find = async (Name: string, value: string) => {
    const { SecurityGroups = [] } = await client.describeSecurityGroups({
      Filters: [{ Name, Values: [value] }],
    })
    return SecurityGroups.map((group) => group.GroupId)
  }
  expect(await find('egress.ip-permission.group-id', other)).toEqual([GroupId])
  expect(await find('ip-permission.group-id', other)).toEqual([])
  expect(await find('egress.ip-permission.from-port', '80')).toEqual([GroupId])
})

test('none of this was a fault of ours', () => {
  expect(lab.faults).toEqual([])
})
