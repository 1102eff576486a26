import fc from 'fast-check'
import { expect, test } from 'vitest'

import { ActionError } from '../errors.ts'
import { readPerformance, type PerformanceWish } from './performance.ts'

test.each<[PerformanceWish, object]>([
  [{ Size: 8 }, { VolumeType: 'gp2', Iops: 100 }],
  [{ Size: 1000 }, { VolumeType: 'gp2', Iops: 3000 }],
  [{ Size: 16_384 }, { VolumeType: 'gp2', Iops: 16_000 }],
  [
    { Size: 1, VolumeType: 'gp3' },
    { Iops: 3000, Throughput: 125 },
  ],
  [{ Size: 100, VolumeType: 'gp3', Iops: 8000, Throughput: 2000 }, { Throughput: 2000 }],
  [{ Size: 4, VolumeType: 'io1', Iops: 200, MultiAttachEnabled: true }, { Iops: 200 }],
  [{ Size: 10, VolumeType: 'standard' }, { MultiAttachEnabled: false }],
])('%j has what its type gives', (wish, given) => {
  expect(readPerformance(wish)).toMatchObject({ Size: wish.Size, ...given })
})

test.each<[PerformanceWish, string, string]>([
  [{ Size: 0 }, 'InvalidParameterValue', 'minimum is 1GiB'],
  [{ Size: 16_385 }, 'InvalidParameterValue', 'maximum is 16384GiB'],
  [{ Size: 3, VolumeType: 'io2', Iops: 100 }, 'InvalidParameterValue', 'minimum is 4GiB'],
  [{ Size: 10, VolumeType: 'st1' }, 'InvalidParameterValue', 'minimum is 125GiB'],
  [{ Size: 10, VolumeType: 'gp9' }, 'UnknownVolumeType', 'gp9'],
  [{ Size: 10, VolumeType: 'constructor' }, 'UnknownVolumeType', 'constructor'],
  [{ Size: 10, Iops: 100 }, 'InvalidParameterCombination', 'not supported for gp2'],
  [{ Size: 10, VolumeType: 'io1' }, 'InvalidParameterCombination', 'must be specified'],
  [{ Size: 10, VolumeType: 'io1', Iops: 501 }, 'InvalidParameterCombination', '50.1'],
  [{ Size: 10, VolumeType: 'io1', Iops: 99 }, 'InvalidParameterValue', 'minimum is 100'],
  [{ Size: 60_000, VolumeType: 'gp3', Iops: 80_001 }, 'InvalidParameterValue', 'maximum is 80000'],
  [{ Size: 10, VolumeType: 'gp3', Iops: 5001 }, 'InvalidParameterCombination', '500.1'],
  [{ Size: 1, VolumeType: 'gp3', Iops: 3001 }, 'InvalidParameterCombination', '3001'],
  [{ Size: 10, VolumeType: 'gp3', Throughput: 124 }, 'InvalidParameterValue', 'minimum is 125'],
  [{ Size: 10, VolumeType: 'gp3', Throughput: 751 }, 'InvalidParameterCombination', 'iops'],
  [{ Size: 10, Throughput: 125 }, 'InvalidParameterDependency', 'Throughput'],
  [
    { Size: 10, VolumeType: 'gp3', MultiAttachEnabled: true },
    'InvalidParameterDependency',
    'MultiAttachEnabled',
  ],
])('%j is refused as %s: %s', (wish, awsCode, why) => {
  expect(() => readPerformance(wish)).toThrow(expect.objectContaining({ awsCode }))
  expect(() => readPerformance(wish)).toThrow(why)
})

test('what is given may be asked for, but the speed of gp2, which follows from its size', () => {
  const number = (most: number) => fc.option(fc.nat({ max: most }), { nil: undefined })
  const wishes = fc.record({
    VolumeType: fc.constantFrom('standard', 'gp3', 'io1', 'io2', 'st1', 'sc1', 'gp9'),
    Size: fc.nat({ max: 70_000 }),
    Iops: number(300_000),
    Throughput: number(2500),
    MultiAttachEnabled: fc.boolean(),
  })
  fc.assert(
    fc.property(wishes, (wish) => {
      const given = attempt(wish)
      if (given instanceof ActionError) return
      expect(readPerformance(given)).toEqual(given)
    }),
  )
})

function attempt(wish: PerformanceWish) {
  try {
    return readPerformance(wish)
  } catch (failure) {
    if (failure instanceof ActionError) return failure
    throw failure
  }
}
