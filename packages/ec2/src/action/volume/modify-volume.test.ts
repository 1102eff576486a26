import { expect, test } from 'vitest'

import { NOW } from '../../../test/lab/begin-transaction.ts'
import { modifyVolume } from './modify-volume.ts'

const gp2 = { VolumeId: 'vol-1', VolumeType: 'gp2', Size: 80, Iops: 240 } as const
const gp3 = { ...gp2, VolumeType: 'gp3', Iops: 4000, Throughput: 200 } as const

test('a volume grows, and tells what it was', () => {
  expect(modifyVolume(gp2, { VolumeId: 'vol-1', Size: 160 }, NOW)).toEqual({
    performance: { VolumeType: 'gp2', Size: 160, Iops: 480, MultiAttachEnabled: false },
    modification: {
      VolumeId: 'vol-1',
      OriginalSize: 80,
      OriginalIops: 240,
      OriginalVolumeType: 'gp2',
      TargetSize: 160,
      TargetIops: 480,
      TargetVolumeType: 'gp2',
      TargetMultiAttachEnabled: false,
      ModificationState: 'completed',
      Progress: 100,
      StartTime: NOW,
      EndTime: NOW,
    },
  })
})

test.each([
  ['stays where the type does', { Size: 100 }, { Iops: 4000, Throughput: 200 }],
  ['is what is asked for', { Throughput: 300 }, { Iops: 4000, Throughput: 300 }],
  ['of another type is its own', { VolumeType: 'io2' }, { Iops: 3000 }],
  ['of another type that has none is none', { VolumeType: 'standard' }, {}],
] as const)('the speed %s', (_, wish, speed) => {
  const { performance } = modifyVolume(gp3, { VolumeId: 'vol-1', ...wish }, NOW)
  const { VolumeType: __, Size: ___, MultiAttachEnabled: ____, ...left } = performance
  expect(left).toEqual(speed)
})

test.each([
  [{ Size: 79 }, 'InvalidParameterValue'],
  [{}, 'MissingParameter'],
  [{ Throughput: 125 }, 'InvalidParameterDependency'],
])('%j is refused', (wish, awsCode) => {
  expect(() => modifyVolume(gp2, { VolumeId: 'vol-1', ...wish }, NOW)).toThrow(
    expect.objectContaining({ awsCode }),
  )
})
