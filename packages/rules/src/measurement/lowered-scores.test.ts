import fc from 'fast-check'
import { expect, test } from 'vitest'

import { lowerScores } from '../index.ts'

test('what counts falls to the larger of two measurements in a row, category by category', () => {
  const counted = { cpu: 100, memory: 100, storage: 100 }
  const before = { cpu: 40, memory: 120, storage: 60 }
  expect(lowerScores(counted, before, { cpu: 50, memory: 10, storage: 60 })).toEqual({
    cpu: 50,
    memory: 100,
    storage: 60,
  })
})

test('one low measurement lowers nothing, and no high one raises anything', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), (cpu, low, high) => {
      expect(lowerScores({ cpu }, { cpu: low }, { cpu: cpu + high })).toEqual({ cpu })
      expect(lowerScores({ cpu }, { cpu: cpu + high }, { cpu: low })).toEqual({ cpu })
    }),
  )
})
