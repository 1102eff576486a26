import { expect, test } from 'vitest'

import { beginTransaction, putInstance } from '../../../test/lab/begin-transaction.ts'
import { ec2Kinds } from '../../resource/kinds.ts'
import type { Input } from '../action.ts'
import { snapshotActions } from '../snapshot/actions.ts'
import { createInstanceVolumes } from '../volume/instance-volumes.ts'
import { copyImage } from './copy-image.ts'
import { createImage } from './create-image.ts'
import { deregisterImage } from './deregister-image.ts'

const Reference = 'docker.io/library/nginx@sha256:0'
const root = { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 8, DeleteOnTermination: true } }

test('an image of an instance runs what that runs, and has snapshots of its volumes', async () => {
  const { transaction, instance } = setup()
  const image = createImage(transaction, { InstanceId: instance.id, Name: 'mine' })
  expect(image.spec).toMatchObject({
    Reference,
    SourceInstanceId: instance.id,
    Architecture: 'x86_64',
    OwnerId: '123456789012',
    BlockDeviceMappings: [
      { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 8, DeleteOnTermination: true } },
      { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 5, DeleteOnTermination: false } },
    ],
  })
  expect(snapshotsOf(transaction)).toEqual([
    [8, `Created by CreateImage(${instance.id}) for ${image.id}`],
    [5, `Created by CreateImage(${instance.id}) for ${image.id}`],
  ])
})

test('a volume that is left out of an image has no snapshot', async () => {
  const { transaction, instance } = setup()
  const { spec } = createImage(transaction, {
    InstanceId: instance.id,
    Name: 'mine',
    BlockDeviceMappings: [{ DeviceName: '/dev/sdf', NoDevice: '' }],
  })
  expect(spec.BlockDeviceMappings).toHaveLength(1)
  expect(snapshotsOf(transaction)).toHaveLength(1)
})

test('an instance of the catalogue makes an image of it', async () => {
  const transaction = beginTransaction()
  const instance = putInstance(transaction, { ImageId: 'ami-12c6146b', KernelId: 'aki-1' })
  const { spec } = createImage(transaction, { InstanceId: instance.id, Name: 'mine' })
  expect(spec.Reference).toBe('registry.test/image')
  expect(spec.KernelId).toBe('aki-1')
})

test('a copy has snapshots of its own', async () => {
  const { transaction, instance } = setup()
  const image = createImage(transaction, { InstanceId: instance.id, Name: 'mine' })
  const copy = copyImage(transaction, {
    SourceRegion: 'us-east-1',
    SourceImageId: image.id,
    Name: 'copy',
    Encrypted: true,
  })
  expect(copy.spec).toMatchObject({
    Reference,
    SourceImageId: image.id,
    SourceImageRegion: 'us-east-1',
  })
  const ids = [image, copy].flatMap(({ spec }) =>
    (spec.BlockDeviceMappings ?? []).map(({ Ebs }) => Ebs?.SnapshotId),
  )
  expect(new Set(ids).size).toBe(4)
  expect(copy.spec.BlockDeviceMappings?.[0]?.Ebs?.Encrypted).toBe(true)
})

test('a snapshot is kept as long as an image needs it, and goes with it where that is asked for', async () => {
  const { transaction, instance } = setup()
  const image = createImage(transaction, { InstanceId: instance.id, Name: 'mine' })
  const [snapshot, other] = transaction.list(ec2Kinds.snapshots)
  expect(() => snapshotActions.DeleteSnapshot({ SnapshotId: snapshot?.id }, transaction)).toThrow(
    `The snapshot ${snapshot?.id} is currently in use by ${image.id}`,
  )
  const results = deregisterImage(transaction, { ImageId: image.id, isWithSnapshots: true })
  expect(results).toEqual([
    { SnapshotId: snapshot?.id, ReturnCode: 'success' },
    { SnapshotId: other?.id, ReturnCode: 'success' },
  ])
  expect(snapshotsOf(transaction)).toEqual([])
})

test.each<[Partial<Input<'CreateImage'>>, string]>([
  [{ Name: 'ab' }, 'InvalidAMIName.Malformed'],
  [{ Name: 'a:b:c' }, 'InvalidAMIName.Malformed'],
  [{ Name: 'taken' }, 'InvalidAMIName.Duplicate'],
  [{ InstanceId: 'i-0123456789abcdef0' }, 'InvalidInstanceID.NotFound'],
  [
    { TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'team', Value: 'blue' }] }] },
    'InvalidParameterValue',
  ],
])('%j makes no image', (wish, awsCode) => {
  const { transaction, instance } = setup()
  const input = { InstanceId: instance.id, Name: 'mine' }
  createImage(transaction, { ...input, Name: 'taken' })
  const make = () => createImage(transaction, { ...input, ...wish })
  expect(make).toThrow(expect.objectContaining({ awsCode }))
})

function setup() {
  const transaction = beginTransaction()
  const instance = putInstance(transaction, { ImageReference: Reference, Architecture: 'x86_64' })
  createInstanceVolumes(transaction, {
    instanceId: instance.id,
    zone: { name: 'us-east-1a', id: 'use1-az1' },
    image: { BlockDeviceMappings: [root] },
    mappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 5 } }],
  })
  return { transaction, instance }
}

function snapshotsOf(transaction: ReturnType<typeof beginTransaction>) {
  return transaction.list(ec2Kinds.snapshots).map(({ spec }) => [spec.VolumeSize, spec.Description])
}
