import { disks, diskSnapshots } from '@nexqloud/control'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { openLab, type Lab } from './lab/open-client.ts'

/** Volumes and snapshots, as AWS's own client has them. */

let lab: Lab
beforeEach(async () => {
  lab = await openLab()
})
afterEach(() => lab.close())

const zone = { AvailabilityZone: 'eu-west-1a' }

test('a volume is made, found, changed, kept as a snapshot, made of it again, and deleted', async () => {
  const client = lab.clientIn('eu-west-1')
  const made = await client.createVolume({ ...zone, Size: 10, Encrypted: true })
  expect(made).toMatchObject({ State: 'creating', VolumeType: 'gp2', Iops: 100, Size: 10 })
  const { VolumeId = '' } = made

  await client.modifyVolume({ VolumeId, Size: 20 })
  const { VolumesModifications } = await client.describeVolumesModifications({})
  expect(VolumesModifications).toMatchObject([
    { VolumeId, OriginalSize: 10, TargetSize: 20, ModificationState: 'completed' },
  ])

  const { SnapshotId = '' } = await client.createSnapshot({ VolumeId, Description: 'now' })
  const { Snapshots } = await client.describeSnapshots({
    OwnerIds: ['self'],
    Filters: [{ Name: 'description', Values: ['n*'] }],
  })
  expect(Snapshots).toMatchObject([{ SnapshotId, State: 'completed', VolumeSize: 20, Tags: [] }])

  const copy = await client.createVolume({ AvailabilityZoneId: 'euw1-az2', SnapshotId })
  expect(copy).toMatchObject({ Size: 20, Encrypted: true, AvailabilityZone: 'eu-west-1b' })
  const find = async (Name: string, value: string) => {
    const { Volumes = [] } = await client.describeVolumes({ Filters: [{ Name, Values: [value] }] })
    return Volumes.map((volume) => volume.VolumeId)
  }
  expect(await find('snapshot-id', SnapshotId)).toEqual([copy.VolumeId])
  expect(await find('availability-zone', 'eu-west-1a')).toEqual([VolumeId])
  expect(await find('size', '20')).toEqual([VolumeId, copy.VolumeId])
  expect(await find('status', 'in-use')).toEqual([])

  await client.deleteVolume({ VolumeId })
  await client.deleteSnapshot({ SnapshotId })
  await expect(client.describeVolumes({ VolumeIds: [VolumeId] })).rejects.toMatchObject({
    name: 'InvalidVolume.NotFound',
  })
  await expect(client.describeSnapshots({ SnapshotIds: [SnapshotId] })).rejects.toMatchObject({
    name: 'InvalidSnapshot.NotFound',
  })
  expect(lab.faults).toEqual([])
})

test('a volume says that there is no copy of it, by a tag that nobody else can set', async () => {
  const client = lab.clientIn('eu-west-1')
  const { VolumeId = '' } = await client.createVolume({ ...zone, Size: 10 })
  const { Volumes = [] } = await client.describeVolumes({})
  expect(Volumes[0]?.Tags).toEqual([
    { Key: 'aws:nexqloud:durability', Value: expect.stringContaining('on one device') },
  ])
  const Tags = [{ Key: 'aws:nexqloud:durability', Value: 'eleven nines' }]
  await expect(client.createTags({ Resources: [VolumeId], Tags })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  })
})

test.each([
  [{ Size: 10 }, 'MissingParameter'],
  [{ ...zone }, 'MissingParameter'],
  [{ Size: 10, AvailabilityZone: 'us-east-1a' }, 'InvalidZone.NotFound'],
  [{ ...zone, Size: 10, AvailabilityZoneId: 'euw1-az1' }, 'InvalidParameterCombination'],
  [{ ...zone, Size: 10, KmsKeyId: 'key' }, 'InvalidParameterDependency'],
  [{ ...zone, SnapshotId: 'snap-0123456789abcdef0' }, 'InvalidSnapshot.NotFound'],
])('%j makes no volume', async (wish, name) => {
  await expect(lab.clientIn('eu-west-1').createVolume(wish)).rejects.toMatchObject({ name })
})

test('a volume is not smaller than what it is made of', async () => {
  const client = lab.clientIn('eu-west-1')
  const { VolumeId } = await client.createVolume({ ...zone, Size: 10 })
  const { SnapshotId } = await client.createSnapshot({ VolumeId })
  await expect(client.createVolume({ ...zone, Size: 9, SnapshotId })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  })
})

test('what is attached has a disk of its name, which goes with it', async () => {
  const client = lab.clientIn('us-east-1')
  const one = { MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' } as const
  const { Instances: [instance] = [] } = await client.runInstances({
    ImageId: 'ami-12c6146b',
    ...one,
  })
  const { InstanceId = '', Placement } = instance ?? {}
  const { AvailabilityZone } = Placement ?? {}
  const { VolumeId = '' } = await client.createVolume({ AvailabilityZone, Size: 10 })
  const specsOf = async () => (await lab.world.client.list(disks, {})).items.map(({ spec }) => spec)
  expect(await specsOf()).toEqual([])
  await client.attachVolume({ VolumeId, InstanceId, Device: '/dev/sdf' })
  const attachment = { instance: InstanceId, at: 'sdf' }
  expect(await specsOf()).toEqual([{ sizeBytes: 10 * 2 ** 30, attachment }])
  await client.detachVolume({ VolumeId })
  expect(await specsOf()).toEqual([{ sizeBytes: 10 * 2 ** 30 }])
  await client.deleteVolume({ VolumeId })
  expect(await specsOf()).toEqual([])
  expect(lab.faults).toEqual([])
})

test('the snapshots that go with their image leave nothing on a device', async () => {
  const client = lab.clientIn('eu-west-1')
  const { Instances = [] } = await client.runInstances({
    ImageId: 'ami-12c6146b',
    MinCount: 1,
    MaxCount: 1,
    BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1 } }],
  })
  const { ImageId } = await client.createImage({
    InstanceId: Instances[0]?.InstanceId,
    Name: 'web',
  })
  expect((await lab.world.client.list(diskSnapshots)).items).toHaveLength(1)
  await client.deregisterImage({ ImageId, DeleteAssociatedSnapshots: true })
  expect((await lab.world.client.list(diskSnapshots)).items).toEqual([])
})
