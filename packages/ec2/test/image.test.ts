import { afterEach, beforeEach, expect, test } from 'vitest'

import { labImages } from './lab/lab-images.ts'
import { openLab, type Lab } from './lab/open-client.ts'

/** Images, as AWS's own client has them. */

let lab: Lab
beforeEach(async () => {
  lab = await openLab()
})
afterEach(() => lab.close())

const ofCatalogue = 'ami-12c6146b'

test('an OCI image is registered, found, shared, copied to another region, and deregistered', async () => {
  const client = lab.clientIn('eu-west-1')
  const { ImageId = '' } = await client.registerImage({ Name: 'web', ImageLocation: 'nginx:1.29' })
  const own = async () => {
    const { Images = [] } = await client.describeImages({ Owners: ['self'] })
    return Images
  }
  expect(await own()).toMatchObject([
    { ImageId, Name: 'web', ImageLocation: 'nginx:1.29', Public: false, State: 'available' },
  ])

  await client.modifyImageAttribute({
    ImageId,
    LaunchPermission: { Add: [{ UserId: '210987654321' }, { Group: 'all' }] },
  })
  await client.modifyImageAttribute({ ImageId, Attribute: 'description', Value: 'a web server' })
  const attribute = async (Attribute: 'description' | 'launchPermission' | 'kernel') => {
    const { $metadata: _, ...told } = await client.describeImageAttribute({ ImageId, Attribute })
    return told
  }
  expect(await attribute('launchPermission')).toEqual({
    ImageId,
    LaunchPermissions: [{ UserId: '210987654321' }, { Group: 'all' }],
  })
  expect(await attribute('description')).toEqual({
    ImageId,
    Description: { Value: 'a web server' },
  })
  expect(await attribute('kernel')).toEqual({ ImageId })
  expect(await own()).toMatchObject([{ Public: true }])
  const shared = await client.describeImages({ ExecutableUsers: ['210987654321'] })
  expect(shared.Images?.map((image) => image.ImageId)).toEqual([ImageId])

  const elsewhere = lab.clientIn('us-east-1')
  const copy = await elsewhere.copyImage({
    Name: 'web',
    SourceImageId: ImageId,
    SourceRegion: 'eu-west-1',
  })
  const { Images } = await elsewhere.describeImages({ ImageIds: [copy.ImageId ?? ''] })
  expect(Images).toMatchObject([{ SourceImageId: ImageId, Public: false, Name: 'web' }])

  await client.deregisterImage({ ImageId })
  expect(await own()).toEqual([])
  expect((await client.describeImages({ ImageIds: [ImageId] })).Images).toEqual([])
  await expect(client.deregisterImage({ ImageId })).rejects.toMatchObject({
    name: 'InvalidAMIID.Unavailable',
  })
  expect(lab.faults).toEqual([])
})

test('everybody sees the catalogue, in all regions, page by page, with the snapshots of its roots', async () => {
  const client = lab.clientIn('ap-south-1')
  const seen: string[] = []
  let NextToken: string | undefined
  do {
    const answer = await client.describeImages({
      MaxResults: 1,
      ...(NextToken !== undefined && { NextToken }),
    })
    seen.push(...(answer.Images ?? []).map(({ ImageId = '' }) => ImageId))
    NextToken = answer.NextToken
  } while (NextToken !== undefined)
  expect(seen[0]).toBe(ofCatalogue)
  expect(seen).toHaveLength(5)

  const { Images = [] } = await client.describeImages({ Owners: ['amazon'] })
  expect(Images).toHaveLength(4)
  const { Snapshots } = await client.describeSnapshots({
    SnapshotIds: Images.map((image) => image.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? ''),
  })
  expect(Snapshots).toHaveLength(4)
})

test('the name of an OCI image stands where an id would', async () => {
  const client = lab.clientIn('eu-west-1')
  const { Images } = await client.describeImages({ ImageIds: ['nginx:1.29', ofCatalogue] })
  expect(Images?.map((image) => image.ImageId)).toEqual(['nginx:1.29', ofCatalogue])
})

test.each([
  [{ ImageIds: ['foo'] }, 'InvalidAMIID.Malformed'],
  [{ ImageIds: ['ami-0123456789abcdef0'] }, 'InvalidAMIID.NotFound'],
  [{ ImageIds: ['none/such:1'] }, 'InvalidAMIID.NotFound'],
  [{ Filters: [{ Name: 'colour', Values: ['red'] }] }, 'InvalidParameterValue'],
  [{ MaxResults: 1001 }, 'InvalidParameterValue'],
])('%j describes no image', async (input, name) => {
  await expect(lab.clientIn('eu-west-1').describeImages(input)).rejects.toMatchObject({ name })
})

test.each([
  [{ Name: 'web' }, 'MissingParameter'],
  [{ Name: 'web', ImageLocation: 'none/such:1' }, 'InvalidManifest'],
  [{ Name: 'web', ImageLocation: 'nginx', Architecture: 'arm64' }, 'InvalidParameterValue'],
] as const)('%j registers no image', async (input, name) => {
  await expect(lab.clientIn('eu-west-1').registerImage(input)).rejects.toMatchObject({ name })
})

test.each([
  ['blockDeviceMapping', 'AuthFailure', 'Unauthorized attempt to access restricted resource'],
  ['colour', 'InvalidRequest', 'The request received was invalid'],
])('the attribute %s nobody is told, whosever the image is', async (Attribute, name, message) => {
  const asked = { ImageId: ofCatalogue, Attribute: Attribute as 'description' }
  const client = lab.clientIn('eu-west-1')
  await expect(client.describeImageAttribute(asked)).rejects.toMatchObject({ name, message })
})

test('what is the catalogue’s is not changed by anybody', async () => {
  const client = lab.clientIn('eu-west-1')
  const ImageId = ofCatalogue
  for (const change of [
    client.deregisterImage({ ImageId }),
    client.modifyImageAttribute({ ImageId, Description: { Value: 'mine' } }),
    client.describeImageAttribute({ ImageId, Attribute: 'launchPermission' }),
  ]) {
    await expect(change).rejects.toMatchObject({ name: 'AuthFailure' })
  }
})

test('however many images of registries are asked for, a few are asked for at a time', async () => {
  let [asking, most] = [0, 0]
  const own = await openLab(undefined, {
    images: {
      ...labImages,
      resolve: async (...asked) => {
        asking += 1
        most = Math.max(most, asking)
        await new Promise(setImmediate)
        asking -= 1
        return labImages.resolve(...asked)
      },
    },
  })
  const ImageIds = Array.from({ length: 20 }, (_, at) => `web:${at}`)
  const { Images } = await own.clientIn('eu-west-1').describeImages({ ImageIds })
  await own.close()
  expect([Images?.length, most]).toEqual([20, 4])
})
