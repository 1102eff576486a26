import { afterEach, beforeEach, expect, test } from 'vitest'

import { openLab, type Lab } from './lab/open-client.ts'

/** Tags of all kinds of resources, as AWS's own client has them. */

let lab: Lab
beforeEach(async () => {
  lab = await openLab()
})
afterEach(() => lab.close())

const one = { ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1 }
const zone = { AvailabilityZone: 'us-east-1a' }

const tagged = (ResourceType: 'instance' | 'volume', ...keys: readonly string[]) => ({
  TagSpecifications: [{ ResourceType, Tags: keys.map((Key) => ({ Key, Value: `${Key}!` })) }],
})

test('pages of tags have each tag once, also where a resource has more than a page holds', async () => {
  const client = lab.clientIn('us-east-1')
  await client.createVolume({ ...zone, Size: 1, ...tagged('volume', 'a', 'b', 'c', 'd') })
  await client.runInstances({ ...one, ...tagged('instance', 'e', 'f', 'g', 'h', 'i', 'j', 'k') })
  await client.createVolume({ ...zone, Size: 1, ...tagged('volume', 'l', 'm') })
  const keys: string[] = []
  let NextToken: string | undefined
  do {
    const page = await client.describeTags({ MaxResults: 5, ...(NextToken && { NextToken }) })
    keys.push(...(page.Tags ?? []).map(({ Key = '' }) => Key))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  expect(keys.toSorted().join('')).toBe('abcdefghijklm')
})

test('who asks for a tag is told that one, and none that its resource has besides', async () => {
  const client = lab.clientIn('us-east-1')
  const made = await client.createVolume({ ...zone, Size: 1, ...tagged('volume', 'a', 'b') })
  const { Tags } = await client.describeTags({ Filters: [{ Name: 'tag:a', Values: ['a*'] }] })
  expect(Tags).toEqual([
    { Key: 'a', Value: 'a!', ResourceId: made.VolumeId, ResourceType: 'volume' },
  ])
})

test('what nobody can set nobody takes away: of which template an instance was launched', async () => {
  const client = lab.clientIn('us-east-1')
  const LaunchTemplateName = 'web'
  await client.createLaunchTemplate({ LaunchTemplateName, LaunchTemplateData: { ...image } })
  const { Instances = [] } = await client.runInstances({
    MinCount: 1,
    MaxCount: 1,
    LaunchTemplate: { LaunchTemplateName },
    ...tagged('instance', 'a'),
  })
  const Resources = Instances.map(({ InstanceId = '' }) => InstanceId)
  await client.deleteTags({ Resources })
  const { Tags = [] } = await client.describeTags({})
  expect(Tags.map(({ Key }) => Key)).toEqual([
    'aws:ec2launchtemplate:id',
    'aws:ec2launchtemplate:version',
  ])
  const own = { Resources, Tags: [{ Key: 'aws:ec2launchtemplate:id' }] }
  await expect(client.deleteTags(own)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
})

const image = { ImageId: one.ImageId }
