import { expect, onTestFinished, test } from 'vitest'

import { openLab } from './lab/open-client.ts'

/** What instances have of user data, groups and interfaces, as AWS's own client finds it. */

const one = { ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1 } as const

test('user data that is given later is base64 of 16 KiB at most, as at a launch', async () => {
  const { client, launch } = await setup()
  const InstanceIds = await launch()
  const [InstanceId = ''] = InstanceIds
  await client.stopInstances({ InstanceIds })
  const Value = Buffer.alloc(16_385)
  for (const wish of [
    { UserData: { Value } },
    { Attribute: 'userData', Value: Value.toString('base64') } as const,
    { Attribute: 'userData', Value: '!' } as const,
  ]) {
    await expect(client.modifyInstanceAttribute({ InstanceId, ...wish })).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidParameterValue$|^InvalidUserData.Malformed$/),
    })
  }
  const text = { UserData: { Value: Buffer.from('hello') } }
  await client.modifyInstanceAttribute({ InstanceId, ...text })
  const { UserData } = await client.describeInstanceAttribute({ InstanceId, Attribute: 'userData' })
  expect(Buffer.from(UserData?.Value ?? '', 'base64').toString()).toBe('hello')
})

test('the groups of an instance are five of its VPC at most', async () => {
  const { client, launch } = await setup()
  const [InstanceId = ''] = await launch()
  const { Vpc } = await client.createVpc({ CidrBlock: '10.9.0.0/16' })
  const make = async (GroupName: string, VpcId?: string) => {
    const { GroupId = '' } = await client.createSecurityGroup({
      GroupName,
      Description: GroupName,
      VpcId,
    })
    return GroupId
  }
  const foreign = client.modifyInstanceAttribute({
    InstanceId,
    Groups: [await make('far', Vpc?.VpcId)],
  })
  await expect(foreign).rejects.toMatchObject({ name: 'InvalidParameter' })
  const Groups = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => make(name)))
  const many = client.modifyInstanceAttribute({ InstanceId, Groups })
  await expect(many).rejects.toMatchObject({ name: 'SecurityGroupsPerInterfaceLimitExceeded' })
  await client.modifyInstanceAttribute({ InstanceId, Groups: Groups.slice(1) })
})

test('an instance has an interface once, and none of another VPC', async () => {
  const { client, launch } = await setup()
  const { Subnets: [near] = [] } = await client.describeSubnets({})
  const { Vpc } = await client.createVpc({ CidrBlock: '10.9.0.0/16' })
  const far = await client.createSubnet({ VpcId: Vpc?.VpcId, CidrBlock: '10.9.0.0/24' })
  const { NetworkInterface: { NetworkInterfaceId } = {} } = await client.createNetworkInterface({
    SubnetId: near?.SubnetId,
  })
  const launchWith = (first: object, second: object) =>
    launch({
      NetworkInterfaces: [
        { DeviceIndex: 0, ...first },
        { DeviceIndex: 1, ...second },
      ],
    })
  await expect(launchWith({ NetworkInterfaceId }, { NetworkInterfaceId })).rejects.toMatchObject({
    name: 'InvalidNetworkInterface.InUse',
  })
  const apart = launchWith({ NetworkInterfaceId }, { SubnetId: far.Subnet?.SubnetId })
  await expect(apart).rejects.toMatchObject({ name: 'InvalidParameterCombination' })
  await launchWith({ NetworkInterfaceId }, { SubnetId: near?.SubnetId })
})

async function setup() {
  const lab = await openLab()
  onTestFinished(async () => {
    await lab.close()
    expect(lab.faults).toEqual([])
  })
  const client = lab.clientIn('us-east-1')
  const launch = async (more: object = {}) => {
    const { Instances = [] } = await client.runInstances({ ...one, ...more })
    return Instances.map(({ InstanceId = '' }) => InstanceId)
  }
  return { client, launch }
}
