import fc from 'fast-check'
import { expect, test } from 'vitest'

import { findOverclaims } from '../index.ts'

test('whoever says no more than it has is believed', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 128 }),
      fc.double({ min: 0.25, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 2 ** 40 }),
      (cpus, efficiency, memoryBytes) => {
        const parallel = Math.max(1, cpus * efficiency)
        const claims = { cpus, parallel, memoryBytes, measuredMemoryBytes: memoryBytes }
        expect(findOverclaims(claims)).toEqual([])
      },
    ),
  )
})

test('CPUs that do nothing and memory that was not there before are named', () => {
  const honest = { cpus: 2, parallel: 1.9, memoryBytes: 8e9, measuredMemoryBytes: 8e9 }
  expect(findOverclaims({ ...honest, cpus: 64 })).toEqual(['cpus'])
  expect(findOverclaims({ ...honest, memoryBytes: 64e9 })).toEqual(['memory'])
})
