import { afterEach, beforeEach, expect, test } from 'vitest'

import { accountRegions, ec2Kinds, type Ec2Kind } from '../src/resource/kinds.ts'
import { openLab, type Lab } from './lab/open-client.ts'

/** What an account has in a region before it did anything. */

let lab: Lab
beforeEach(async () => {
  lab = await openLab()
})
afterEach(() => lab.close())

const specsOf = async (kind: Ec2Kind): Promise<readonly object[]> => {
  const { items } = await lab.world.client.list(kind)
  return items.map(({ spec }) => spec)
}

test('an account has a default VPC with all that belongs to it, in each region that it looks at', async () => {
  await lab.clientIn('eu-west-1').describeRegions({})
  expect(await specsOf(ec2Kinds.vpcs)).toEqual([
    expect.objectContaining({ CidrBlock: '172.31.0.0/16', IsDefault: true }),
  ])
  const subnets = (await specsOf(ec2Kinds.subnets)) as { AvailabilityZone: string }[]
  const byZone = subnets.toSorted((one, other) =>
    one.AvailabilityZone < other.AvailabilityZone ? -1 : 1,
  )
  const own = { DefaultForAz: true, MapPublicIpOnLaunch: true }
  expect(byZone).toMatchObject([
    { ...own, AvailabilityZone: 'eu-west-1a', CidrBlock: '172.31.0.0/20' },
    { ...own, AvailabilityZone: 'eu-west-1b', CidrBlock: '172.31.16.0/20' },
    { ...own, AvailabilityZone: 'eu-west-1c', CidrBlock: '172.31.32.0/20' },
  ])
  expect(await specsOf(ec2Kinds.securityGroups)).toMatchObject([{ GroupName: 'default' }])
  expect(await specsOf(ec2Kinds.securityGroupRules)).toHaveLength(2)
  expect(await specsOf(ec2Kinds.routeTables)).toHaveLength(1)
  expect(await specsOf(ec2Kinds.networkAcls)).toHaveLength(1)
  expect(await specsOf(ec2Kinds.internetGateways)).toHaveLength(1)
})

test('it is given once, whoever asks first', async () => {
  const client = lab.clientIn('us-east-2')
  await Promise.all([1, 2, 3].map(() => client.describeRegions({})))
  await lab.clientIn('us-west-1').describeRegions({})
  expect(await specsOf(ec2Kinds.vpcs)).toHaveLength(2)
  expect(await specsOf(accountRegions)).toHaveLength(2)
  expect(lab.faults).toEqual([])
})
