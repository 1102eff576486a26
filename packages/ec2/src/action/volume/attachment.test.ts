import { expect, test } from 'vitest'

import { beginTransaction, NOW, putInstance } from '../../../test/lab/begin-transaction.ts'
import { ec2Kinds } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { attach, blockDevicesOf, detach } from './attachment.ts'
import { createVolume, type VolumeWish } from './create-volume.ts'
import { seeVolume } from './seen-volume.ts'

const { volumes } = ec2Kinds
const Device = '/dev/sdf'

test('a volume is in use from when it is attached until it is detached', () => {
  const { transaction, volume, instance } = setup()
  attach(transaction, volume(), { instance, Device })
  expect(seeVolume(transaction, volume()).State).toBe('in-use')
  expect(blockDevicesOf(transaction, instance.id)).toEqual([
    {
      DeviceName: Device,
      Ebs: {
        VolumeId: volume().id,
        Status: 'attached',
        AttachTime: new Date(NOW),
        DeleteOnTermination: false,
      },
    },
  ])
  detach(transaction, volume(), { InstanceId: instance.id, Device })
  expect(seeVolume(transaction, volume()).State).toBe('available')
})

test.each(['/dev/sda1', '/dev/sdf', 'sdf', '/dev/xvdba', 'xvdf', '/dev/sdf15', '/dev/hda'])(
  '%s is a device',
  (name) => {
    const { transaction, volume, instance } = setup()
    expect(attach(transaction, volume(), { instance, Device: name }).Device).toBe(name)
  },
)

test.each(['', '/dev/', 'disk', '/dev/sdf16', '/dev/sdf0', '/dev/sdF', '/etc/sdf', '/dev/sdf\n'])(
  '%j is no device',
  (name) => {
    const { transaction, volume, instance } = setup()
    expect(() => attach(transaction, volume(), { instance, Device: name })).toThrow(
      'is not a valid EBS device name',
    )
  },
)

test('a volume of another zone is not attached', () => {
  const { transaction, volume, instance } = setup({ zone: { name: 'us-east-1b', id: 'use1-az2' } })
  expect(() => attach(transaction, volume(), { instance, Device })).toThrow(
    expect.objectContaining({ awsCode: 'InvalidVolume.ZoneMismatch' }),
  )
})

test('nothing is attached to an instance that ends', () => {
  const { transaction, volume } = setup()
  const instance = putInstance(transaction, { Goal: 'terminated' })
  expect(() => attach(transaction, volume(), { instance, Device })).toThrow(
    expect.objectContaining({ awsCode: 'IncorrectState' }),
  )
})

test('a volume that is attached is not attached again, and a device has one volume', () => {
  const { transaction, volume, instance, other } = setup()
  attach(transaction, volume(), { instance, Device })
  expect(() => attach(transaction, volume(), { instance: other, Device })).toThrow(
    expect.objectContaining({ awsCode: 'VolumeInUse' }),
  )
  const second = createVolume(transaction, wish)
  expect(() => attach(transaction, second, { instance, Device })).toThrow('already in use')
})

test('a volume that may be attached to many is, up to sixteen', () => {
  const { transaction, volume } = setup({ VolumeType: 'io2', Iops: 100, MultiAttachEnabled: true })
  for (let count = 0; count < 16; count += 1) {
    attach(transaction, volume(), { instance: putInstance(transaction), Device })
  }
  const instance = putInstance(transaction)
  expect(() => attach(transaction, volume(), { instance, Device })).toThrow('already attached')
  expect(() => detach(transaction, volume(), {})).toThrow('say which')
})

test.each([
  [{}, false, 'IncorrectState'],
  [{ Device: '/dev/sdg' }, true, 'InvalidAttachment.NotFound'],
  [{ InstanceId: 'i-0123456789abcdef0' }, true, 'InvalidInstanceID.NotFound'],
])('%j detaches nothing where attached is %j', (meant, isAttached, awsCode) => {
  const { transaction, volume, instance } = setup()
  if (isAttached) attach(transaction, volume(), { instance, Device })
  expect(() => detach(transaction, volume(), meant)).toThrow(expect.objectContaining({ awsCode }))
})

test('the root of an instance stays as long as that is to run', () => {
  const { transaction, volume, instance } = setup()
  attach(transaction, volume(), { instance, Device: '/dev/sda1' })
  expect(() => detach(transaction, volume(), {})).toThrow('Unable to detach root volume')
  transaction.change(ec2Kinds.instances, instance, { Goal: 'stopped' })
  expect(detach(transaction, volume(), {}).InstanceId).toBe(instance.id)
})

const wish: VolumeWish = { Size: 10, zone: { name: 'us-east-1a', id: 'use1-az1' } }

function setup(own: Partial<VolumeWish> = {}) {
  const transaction: Transaction = beginTransaction()
  const { id } = createVolume(transaction, { ...wish, ...own })
  return {
    transaction,
    volume: () => transaction.get(volumes, id),
    instance: putInstance(transaction),
    other: putInstance(transaction),
  }
}
