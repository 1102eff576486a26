import fc from 'fast-check'
import { expect, test } from 'vitest'

import { changedScores, differenceOf } from '../index.ts'

test('what differs by more than a tenth of the larger has changed, up or down', () => {
  const before = { cpu: 1000, memory: 1000, storage: 1000, gpu: 0, isp: 0 }
  const after = { cpu: 900, memory: 899, storage: 1112, gpu: 0, isp: 1 }
  expect(changedScores(before, after)).toEqual([
    { category: 'memory', before: 1000, after: 899 },
    { category: 'storage', before: 1000, after: 1112 },
    { category: 'isp', before: 0, after: 1 },
  ])
})

test('a difference is the same whichever comes first, and within 0 and 1', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (one, other) => {
      const difference = differenceOf(one, other)
      expect(difference).toBe(differenceOf(other, one))
      expect(difference).toBeGreaterThanOrEqual(0)
      expect(difference).toBeLessThanOrEqual(1)
    }),
  )
})
