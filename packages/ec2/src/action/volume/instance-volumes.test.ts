import { expect, test } from 'vitest'

import { beginTransaction, putInstance } from '../../../test/lab/begin-transaction.ts'
import { ec2Kinds } from '../../resource/kinds.ts'
import { attachmentsOf } from './attachment.ts'
import {
  createInstanceVolumes,
  mergeMappings,
  releaseInstanceVolumes,
  setDeleteOnTermination,
  type InstanceVolumesWish,
} from './instance-volumes.ts'

const root = { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 8, DeleteOnTermination: true } }

test('an instance has the root of its image, as the launch changes it, and what the launch adds', () => {
  expect(launch([{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 20 } }, extra]).devices()).toEqual([
    ['/dev/sda1', 20, true],
    ['/dev/sdf', 5, false],
  ])
})

test('a mapping that is taken back makes no volume, and one of the host’s disks neither', () => {
  const ephemeral = { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' }
  expect(launch([{ DeviceName: '/dev/sda1', NoDevice: '' }, ephemeral]).devices()).toEqual([])
})

test('what is to end with an instance does, and the rest is free', () => {
  const { transaction, instance, devices } = launch([extra])
  releaseInstanceVolumes(transaction, instance.id)
  expect(devices()).toEqual([[undefined, 5, undefined]])
})

test('whether a volume ends with its instance can be changed', () => {
  const { transaction, instance, devices } = launch([extra])
  const set = (DeviceName: string, value: boolean): void =>
    setDeleteOnTermination(transaction, instance.id, { DeviceName, value })
  set('/dev/sda1', false)
  set('/dev/sdf', true)
  releaseInstanceVolumes(transaction, instance.id)
  expect(devices()).toEqual([[undefined, 8, undefined]])
  expect(() => set('/dev/sdf', true)).toThrow('No device is currently mapped')
})

test('a name that no device has is refused, and one that two have', () => {
  expect(() => mergeMappings([root], [{ DeviceName: 'disk' }])).toThrow('not a valid')
  expect(() => mergeMappings([root], [extra, extra])).toThrow(
    expect.objectContaining({ awsCode: 'InvalidBlockDeviceMapping' }),
  )
})

const extra = { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 5 } }

function launch(mappings: InstanceVolumesWish['mappings']) {
  const transaction = beginTransaction()
  const instance = putInstance(transaction)
  createInstanceVolumes(transaction, {
    instanceId: instance.id,
    zone: { name: 'us-east-1a', id: 'use1-az1' },
    image: { BlockDeviceMappings: [root] },
    mappings,
  })
  const devices = () =>
    transaction.list(ec2Kinds.volumes).map((volume) => {
      const [attachment] = attachmentsOf(volume)
      return [attachment?.Device, volume.spec.Size, attachment?.DeleteOnTermination]
    })
  return { transaction, instance, devices }
}
