import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import type { Clients } from './lab/clients.ts'
import { createUser } from './lab/create-user.ts'
import { openNeighbours, type NeighbourLab } from './lab/open-neighbours.ts'

/** What policies say of a resource counts by whatever name it is asked for, as AWS's own client finds it. */

let lab: NeighbourLab
let root: Clients['ec2']

beforeAll(async () => {
  lab = await openNeighbours()
  root = lab.as(lab.root).ec2
})

afterAll(async () => {
  await lab.close()
})

afterEach(() => {
  if (lab.faults.length > 0) throw new AggregateError(lab.faults)
})

const refused = { name: 'UnauthorizedOperation' }
const one = { MinCount: 1, MaxCount: 1 }
const ImageId = 'ami-12c6146b'
let users = 0

/** Returns a user who may do everything but what a statement denies. */
async function allBut(denied: object): Promise<Clients['ec2']> {
  const all = { Effect: 'Allow', Action: '*', Resource: '*' }
  const Statement = [all, { Effect: 'Deny', Resource: '*', ...denied }]
  users += 1
  const policy = JSON.stringify({ Version: '2012-10-17', Statement })
  return (await createUser(lab, `user-${users}`, policy)).ec2
}

test('what a template says is judged as if the launch said it', async () => {
  const { Subnets: [subnet] = [] } = await root.describeSubnets({})
  const template = async (LaunchTemplateName: string, more: object) => {
    await root.createLaunchTemplate({
      LaunchTemplateName,
      LaunchTemplateData: { ImageId, ...more },
    })
    return { ...one, LaunchTemplate: { LaunchTemplateName } }
  }
  const large = await template('large', { InstanceType: 'm5.2xlarge' })
  const placed = await template('placed', {
    NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnet?.SubnetId }],
  })
  const tagged = await template('tagged', {
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'red' }] }],
  })
  const Action = 'ec2:RunInstances'
  const Condition = { StringEquals: { 'ec2:InstanceType': 'm5.2xlarge' } }
  const frugal = await allBut({ Action, Condition })
  await expect(frugal.runInstances(large)).rejects.toMatchObject(refused)
  await frugal.runInstances({ ...large, InstanceType: 't3.micro' })
  await frugal.runInstances(placed)
  const kept = await allBut({ Action, Resource: `arn:aws:ec2:*:*:subnet/${subnet?.SubnetId}` })
  await expect(kept.runInstances(placed)).rejects.toMatchObject(refused)
  const untagging = await allBut({ Action: 'ec2:CreateTags' })
  await expect(untagging.runInstances(tagged)).rejects.toMatchObject(refused)
  await untagging.runInstances(placed)
})

test('a launch that says no type is judged by the one that it gets', async () => {
  const Condition = { StringEquals: { 'ec2:InstanceType': ['m1.small', 'm5.2xlarge'] } }
  const user = await allBut({ Action: 'ec2:*', Condition })
  await expect(user.runInstances({ ...one, ImageId })).rejects.toMatchObject(refused)
  const spot = { LaunchSpecification: { ImageId, InstanceType: 'm5.2xlarge' } } as const
  await expect(user.requestSpotInstances(spot)).rejects.toMatchObject(refused)
  await user.runInstances({ ...one, ImageId, InstanceType: 't3.micro' })
})

test('an image that has a name and no id is judged by its name', async () => {
  const Action = ['ec2:RunInstances', 'ec2:RequestSpotInstances']
  const named = { ImageId: 'nginx:1.29' }
  for (const image of ['*', 'nginx:*']) {
    const user = await allBut({ Action, Resource: `arn:aws:ec2:*::image/${image}` })
    await expect(user.runInstances({ ...one, ...named })).rejects.toMatchObject(refused)
    const spot = user.requestSpotInstances({ LaunchSpecification: named })
    await expect(spot).rejects.toMatchObject(refused)
  }
  const user = await allBut({ Action, Resource: 'arn:aws:ec2:*::image/ami-*' })
  await user.runInstances({ ...one, ...named })
})

test('tags that are asked for of one thing say nothing of another', async () => {
  const Condition = { StringNotEquals: { 'aws:RequestTag/team': 'red' } }
  const user = await allBut({
    Action: ['ec2:RunInstances', 'ec2:CreateTags'],
    Resource: 'arn:aws:ec2:*:*:instance/*',
    Condition,
  })
  const specified = (ResourceType: 'instance' | 'volume', Value: string) => ({
    ResourceType,
    Tags: [{ Key: 'team', Value }],
  })
  const launch = (...TagSpecifications: ReturnType<typeof specified>[]) =>
    user.runInstances({ ...one, ImageId, TagSpecifications })
  const two = launch(specified('instance', 'blue'), specified('volume', 'red'))
  await expect(two).rejects.toMatchObject(refused)
  await expect(launch(specified('volume', 'red'))).rejects.toMatchObject(refused)
  await launch(specified('instance', 'red'), specified('volume', 'blue'))
})

test('an address is the same by itself, and by its association', async () => {
  const { AllocationId, PublicIp } = await root.allocateAddress({})
  const { Subnets: [subnet] = [] } = await root.describeSubnets({})
  const { NetworkInterface } = await root.createNetworkInterface({ SubnetId: subnet?.SubnetId })
  const target = { NetworkInterfaceId: NetworkInterface?.NetworkInterfaceId }
  const { AssociationId } = await root.associateAddress({ AllocationId, ...target })
  const user = await allBut({
    Action: 'ec2:*',
    Resource: `arn:aws:ec2:*:*:elastic-ip/${AllocationId}`,
  })
  await expect(user.disassociateAddress({ AssociationId })).rejects.toMatchObject(refused)
  await expect(user.associateAddress({ PublicIp, ...target })).rejects.toMatchObject(refused)
  await expect(user.releaseAddress({ PublicIp })).rejects.toMatchObject(refused)
})

test('groups, templates and keys are the same by their names and by their ids', async () => {
  const GroupName = 'kept'
  const { GroupId } = await root.createSecurityGroup({ GroupName, Description: 'kept' })
  const { LaunchTemplate } = await root.createLaunchTemplate({
    LaunchTemplateName: 'kept',
    LaunchTemplateData: { ImageId },
  })
  const LaunchTemplateId = LaunchTemplate?.LaunchTemplateId ?? ''
  const Tags = [{ Key: 'keep', Value: 'yes' }]
  const key = await root.createKeyPair({
    KeyName: 'kept',
    TagSpecifications: [{ ResourceType: 'key-pair', Tags }],
  })
  await root.createTags({ Resources: [GroupId ?? '', LaunchTemplateId], Tags })
  const user = await allBut({
    Action: 'ec2:*',
    Condition: { StringEquals: { 'aws:ResourceTag/keep': 'yes' } },
  })
  await expect(user.deleteSecurityGroup({ GroupName })).rejects.toMatchObject(refused)
  const LaunchTemplateName = 'kept'
  await expect(user.deleteLaunchTemplate({ LaunchTemplateName })).rejects.toMatchObject(refused)
  await expect(user.deleteKeyPair({ KeyName: 'kept' })).rejects.toMatchObject(refused)
  const named = await allBut({ Action: 'ec2:*', Resource: 'arn:aws:ec2:*:*:key-pair/kept' })
  const { KeyPairId } = key
  await expect(named.deleteKeyPair({ KeyPairId })).rejects.toMatchObject(refused)
  await user.createSecurityGroup({ GroupName: 'other', Description: 'other' })
})

test('a group is the same however its name is written, and a spot request names what a launch does', async () => {
  const { GroupId } = await root.createSecurityGroup({ GroupName: 'shut', Description: 'shut' })
  await root.createKeyPair({ KeyName: 'shut' })
  const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
  const user = await allBut({
    Action: 'ec2:*',
    Resource: [`arn:aws:ec2:*:*:security-group/${GroupId}`, 'arn:aws:ec2:*:*:key-pair/shut'],
  })
  const opened = user.authorizeSecurityGroupIngress({ GroupName: 'SHUT', IpPermissions })
  await expect(opened).rejects.toMatchObject(refused)
  const launched = user.runInstances({ ...one, ImageId, SecurityGroups: ['Shut'] })
  await expect(launched).rejects.toMatchObject(refused)
  for (const named of [{ SecurityGroups: ['shut'] }, { KeyName: 'shut' }]) {
    const spot = user.requestSpotInstances({ LaunchSpecification: { ImageId, ...named } })
    await expect(spot).rejects.toMatchObject(refused)
  }
  await user.requestSpotInstances({ LaunchSpecification: { ImageId } })
})
