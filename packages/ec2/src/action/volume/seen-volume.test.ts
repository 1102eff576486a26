import { expect, test } from 'vitest'

import {
  beginTransaction,
  createEmptyView,
  putInstance,
} from '../../../test/lab/begin-transaction.ts'
import { ec2Kinds } from '../../resource/kinds.ts'
import type { SnapshotSighting, Volumes, VolumeSighting } from '../../volume/volumes.ts'
import { createSnapshot, seeSnapshot } from '../snapshot/create-snapshot.ts'
import { attach, blockDevicesOf, detach } from './attachment.ts'
import { createVolume } from './create-volume.ts'
import { describeVolume } from './describe-volume.ts'
import { removeVolume } from './instance-volumes.ts'
import { seeVolume } from './seen-volume.ts'

const Device = '/dev/sdf'

test('a volume is attaching until its device says that it is attached', () => {
  const { transaction, volume, instance, see } = setup()
  attach(transaction, volume(), { instance, Device })
  const told = () => seeVolume(transaction, volume())
  expect(told()).toMatchObject({ State: 'in-use', Attachments: [{ State: 'attaching' }] })
  expect(blockDevicesOf(transaction, instance.id)).toMatchObject([{ Ebs: { Status: 'attaching' } }])
  const attached = { instance: instance.id, at: 'sdf' }
  see({ phase: 'attached', device: 'device-1', attached })
  expect(told()).toMatchObject({ State: 'in-use', Attachments: [{ State: 'attached' }] })
  expect(blockDevicesOf(transaction, instance.id)).toMatchObject([{ Ebs: { Status: 'attached' } }])
})

test('a volume is detaching, or busy, until its device says that it is free, and is not attached elsewhere meanwhile', () => {
  const { transaction, volume, instance, see, other } = setup()
  attach(transaction, volume(), { instance, Device })
  const attached = { instance: instance.id, at: 'sdf' }
  see({ phase: 'attached', device: 'device-1', attached })
  detach(transaction, volume(), {})
  const told = () => seeVolume(transaction, volume())
  expect(told()).toMatchObject({ State: 'in-use', Attachments: [{ State: 'detaching', Device }] })
  see({ phase: 'busy', device: 'device-1', attached, message: 'It is in use.' })
  expect(told()).toMatchObject({ State: 'in-use', Attachments: [{ State: 'busy' }] })
  expect(describeVolume(told()).Tags).toContainEqual({
    Key: 'aws:nexqloud:trouble',
    Value: 'It is in use.',
  })
  expect(() => attach(transaction, volume(), { instance: other, Device })).toThrow(
    expect.objectContaining({ awsCode: 'VolumeInUse' }),
  )
  see({ phase: 'available', device: 'device-1' })
  expect(told()).toMatchObject({ State: 'available', Attachments: [] })
})

test('an instance that does not run has its volumes all the same', () => {
  const { transaction, volume, instance } = setup()
  attach(transaction, volume(), { instance, Device })
  transaction.change(ec2Kinds.instances, instance, { Goal: 'stopped' })
  expect(seeVolume(transaction, volume()).Attachments).toMatchObject([{ State: 'attached' }])
})

test('a volume says where its files are in a container', () => {
  const { transaction, volume, instance } = setup()
  attach(transaction, volume(), { instance, Device })
  const tags = describeVolume(seeVolume(transaction, volume())).Tags
  expect(tags).toContainEqual({ Key: 'aws:nexqloud:folder', Value: '/mnt/sdf' })
})

test.each([
  ['creating', 'creating'],
  ['failed', 'error'],
  ['lost', 'error'],
  ['available', 'available'],
] as const)('a volume of a snapshot that is %s on its device is %s', (phase, State) => {
  const { transaction, volume, instance, see, seeTaken } = setup()
  attach(transaction, volume(), { instance, Device })
  see({ phase: 'attached', device: 'device-1' })
  const { id: SnapshotId } = takeSnapshot()
  seeTaken({ phase: 'completed' })
  const copy = createVolume(transaction, { zone, SnapshotId })
  see({ phase, device: 'device-1' })
  expect(seeVolume(transaction, copy).State).toBe(State)

  function takeSnapshot() {
    const usual = { VolumeSize: 10, Encrypted: false, KmsKeyId: undefined }
    return createSnapshot(transaction, {
      VolumeId: volume().id,
      Description: '',
      Tags: [],
      ...usual,
    })
  }
})

test.each([
  ['absent', 'pending'],
  ['pending', 'pending'],
  ['failed', 'error'],
  ['lost', 'error'],
  ['completed', 'completed'],
] as const)('a snapshot that is %s on its device is %s', (phase, State) => {
  const { transaction, volume, instance, see, seeTaken } = setup()
  attach(transaction, volume(), { instance, Device })
  see({ phase: 'attached', device: 'device-1' })
  seeTaken({ phase })
  const [VolumeId, usual] = [volume().id, { VolumeSize: 10, Encrypted: false, Tags: [] }]
  const wish = { VolumeId, ...usual, KmsKeyId: undefined, Description: '' }
  expect(seeSnapshot(transaction, createSnapshot(transaction, wish)).State).toBe(State)
})

test('of a volume that is on no device yet, a snapshot is complete, as there is nothing to keep', () => {
  const { transaction, volume, seeTaken } = setup()
  seeTaken({ phase: 'pending' })
  const [VolumeId, usual] = [volume().id, { VolumeSize: 10, Encrypted: false, Tags: [] }]
  const wish = { VolumeId, ...usual, KmsKeyId: undefined, Description: '' }
  expect(seeSnapshot(transaction, createSnapshot(transaction, wish)).State).toBe('completed')
})

test('what is written has a disk made once, placed, and erased', () => {
  const { transaction, volume, instance } = setup()
  const written = () =>
    transaction.writes.filter(({ kind }) => kind.plural === 'disks').map(({ type }) => type)
  attach(transaction, volume(), { instance, Device })
  detach(transaction, volume(), {})
  attach(transaction, volume(), { instance, Device: 'sdg' })
  detach(transaction, volume(), {})
  removeVolume(transaction, volume())
  expect(written()).toEqual(['create', 'patch', 'patch', 'patch', 'delete'])
})

test('a name of a device is one place, with its folder and without', () => {
  const { transaction, volume, instance } = setup()
  attach(transaction, volume(), { instance, Device })
  const second = createVolume(transaction, { Size: 10, zone })
  expect(() => attach(transaction, second, { instance, Device: 'sdf' })).toThrow('already in use')
})

test('a volume is not attached where it cannot come: to an instance on another device, beside a volume of another one', () => {
  const { transaction, volume, instance, see } = setup()
  attach(transaction, volume(), { instance, Device })
  const { id } = createVolume(transaction, { Size: 10, zone })
  const second = () => transaction.get(ec2Kinds.volumes, id)
  attach(transaction, second(), { instance, Device: '/dev/sdg' })
  detach(transaction, second(), {})
  see({ phase: 'available', device: 'device-1' }, { id, device: 'device-2' })
  expect(() => attach(transaction, second(), { instance, Device: '/dev/sdg' })).toThrow(
    expect.objectContaining({ awsCode: 'IncorrectState' }),
  )
})

const zone = { name: 'us-east-1a', id: 'use1-az1' }

function setup() {
  let sighting: VolumeSighting = { phase: 'absent' }
  let elsewhere = { id: '', device: '' }
  let taken: SnapshotSighting = { phase: 'absent' }
  const volumes: Volumes = {
    see: ({ id }) => (id === elsewhere.id ? { ...sighting, device: elsewhere.device } : sighting),
    seeSnapshot: () => taken,
    isElastic: false,
  }
  const transaction = beginTransaction(createEmptyView(), volumes)
  const { id } = createVolume(transaction, { Size: 10, zone })
  return {
    transaction,
    volume: () => transaction.get(ec2Kinds.volumes, id),
    instance: putInstance(transaction),
    other: putInstance(transaction),
    see: (next: VolumeSighting, other = elsewhere) => {
      sighting = next
      elsewhere = other
    },
    seeTaken: (next: SnapshotSighting) => {
      taken = next
    },
  }
}
