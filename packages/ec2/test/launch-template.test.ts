import { afterEach, beforeEach, expect, test } from 'vitest'

import { launchTemplateActions } from '../src/action/launch-template/actions.ts'
import { withTemplate } from '../src/action/launch-template/launch-input.ts'
import { beginTransaction } from './lab/begin-transaction.ts'
import { openLab, type Lab } from './lab/open-client.ts'

/** Launch templates, as AWS's own client has them. */

let lab: Lab
beforeEach(async () => {
  lab = await openLab()
})
afterEach(() => lab.close())

const LaunchTemplateName = 'web'

test('a template has versions, of which one is the default, and is deleted with them', async () => {
  const client = lab.clientIn('eu-west-1')
  const { LaunchTemplate } = await client.createLaunchTemplate({
    LaunchTemplateName,
    LaunchTemplateData: { ImageId: 'ami-1', KeyName: 'key' },
  })
  expect(LaunchTemplate).toMatchObject({ DefaultVersionNumber: 1, LatestVersionNumber: 1 })
  const { LaunchTemplateId = '' } = LaunchTemplate ?? {}

  await client.createLaunchTemplateVersion({
    LaunchTemplateId,
    SourceVersion: '$Latest',
    LaunchTemplateData: { ImageId: 'ami-2' },
  })
  await client.createLaunchTemplateVersion({
    LaunchTemplateName,
    LaunchTemplateData: { InstanceType: 't3.micro' },
  })
  const { LaunchTemplateVersions = [] } = await client.describeLaunchTemplateVersions({
    LaunchTemplateName,
  })
  expect(
    LaunchTemplateVersions.map(({ VersionNumber, DefaultVersion, LaunchTemplateData }) => [
      VersionNumber,
      DefaultVersion,
      LaunchTemplateData,
    ]),
  ).toEqual([
    [3, false, { InstanceType: 't3.micro' }],
    [2, false, { ImageId: 'ami-2', KeyName: 'key' }],
    [1, true, { ImageId: 'ami-1', KeyName: 'key' }],
  ])

  await client.modifyLaunchTemplate({ LaunchTemplateId, DefaultVersion: '2' })
  const numbersOf = async (asked: Parameters<typeof client.describeLaunchTemplateVersions>[0]) => {
    const answer = await client.describeLaunchTemplateVersions(asked)
    return answer.LaunchTemplateVersions?.map(({ VersionNumber }) => VersionNumber)
  }
  expect(await numbersOf({ Versions: ['$Default', '$Latest'] })).toEqual([3, 2])
  expect(await numbersOf({ LaunchTemplateId, MinVersion: '2', MaxVersion: '2' })).toEqual([2])
  expect(await numbersOf({ LaunchTemplateId, MinVersion: '2' })).toEqual([2, 3])
  const Filters = [{ Name: 'image-id', Values: ['ami-1'] }]
  expect(await numbersOf({ LaunchTemplateId, Filters })).toEqual([1])

  const first = await client.describeLaunchTemplateVersions({ LaunchTemplateId, MaxResults: 2 })
  expect(first.LaunchTemplateVersions).toHaveLength(2)
  const { NextToken } = first
  expect(await numbersOf({ LaunchTemplateId, MaxResults: 2, NextToken })).toEqual([1])

  await client.deleteLaunchTemplateVersions({ LaunchTemplateId, Versions: ['1', '2'] })
  expect(await numbersOf({ LaunchTemplateId })).toEqual([3, 2])

  await client.deleteLaunchTemplate({ LaunchTemplateName })
  const names = { LaunchTemplateNames: [LaunchTemplateName] }
  await expect(client.describeLaunchTemplates(names)).rejects.toMatchObject({
    name: 'InvalidLaunchTemplateName.NotFoundException',
  })
  const ids = { LaunchTemplateIds: [LaunchTemplateId] }
  await expect(client.describeLaunchTemplates(ids)).rejects.toMatchObject({
    name: 'InvalidLaunchTemplateId.NotFound',
  })
  expect(lab.faults).toEqual([])
})

test.each([
  ['we', 'InvalidLaunchTemplateName.MalformedException'],
  ['my web', 'InvalidLaunchTemplateName.MalformedException'],
  ['web', 'InvalidLaunchTemplateName.AlreadyExistsException'],
])('a template of the name %j is refused beside one of the name web', async (name, code) => {
  const client = lab.clientIn('eu-west-1')
  const LaunchTemplateData = { ImageId: 'ami-1' }
  await client.createLaunchTemplate({ LaunchTemplateName, LaunchTemplateData })
  await expect(
    client.createLaunchTemplate({ LaunchTemplateName: name, LaunchTemplateData }),
  ).rejects.toMatchObject({ name: code })
})

test.each([
  [undefined, 'ami-1'],
  ['$Default', 'ami-1'],
  ['$Latest', 'ami-2'],
  ['2', 'ami-2'],
])('a launch of the version %j has the image %s', async (Version, image) => {
  const transaction = beginTransaction()
  const { CreateLaunchTemplate, CreateLaunchTemplateVersion } = launchTemplateActions
  const say = (ImageId: string) => ({ LaunchTemplateName, LaunchTemplateData: { ImageId } })
  CreateLaunchTemplate(say('ami-1'), transaction)
  CreateLaunchTemplateVersion(say('ami-2'), transaction)
  const launch = (said: string | undefined) =>
    withTemplate(transaction, {
      LaunchTemplate: { LaunchTemplateName, ...(said !== undefined && { Version: said }) },
      MinCount: 1,
      MaxCount: 1,
    })
  expect(launch(Version).ImageId).toBe(image)
  expect(() => launch('3')).toThrow(
    expect.objectContaining({ awsCode: 'InvalidLaunchTemplateId.VersionNotFound' }),
  )
})

test('a template does not grow without end', () => {
  const transaction = beginTransaction()
  const { CreateLaunchTemplate, CreateLaunchTemplateVersion } = launchTemplateActions
  const input = { LaunchTemplateName, LaunchTemplateData: { UserData: 'a'.repeat(200_000) } }
  CreateLaunchTemplate(input, transaction)
  CreateLaunchTemplateVersion(input, transaction)
  expect(() => CreateLaunchTemplateVersion(input, transaction)).toThrow(
    expect.objectContaining({ awsCode: 'VersionLimitExceeded' }),
  )
})
