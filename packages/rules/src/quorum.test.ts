import fc from 'fast-check'
import { expect, test } from 'vitest'

import { majorityOf, quorumOf } from './index.ts'

const masternodes = fc
  .integer({ min: 1, max: 256 })
  .chain((admitted) => fc.record({ admitted: fc.constant(admitted), active: fc.nat(admitted) }))

test('a quorum is two thirds of the active, more than half of all, and no more than that takes', () => {
  fc.assert(
    fc.property(masternodes, ({ active, admitted }) => {
      const isEnough = (count: number) => 3 * count >= 2 * active && 2 * count > admitted
      const quorum = quorumOf(active, admitted)
      expect([isEnough(quorum), isEnough(quorum - 1)]).toEqual([true, false])
    }),
  )
})

test('two quorums share a masternode, whoever sleeps', () => {
  fc.assert(
    fc.property(masternodes, fc.nat(256), ({ active, admitted }, other) => {
      const later = Math.min(other, admitted)
      expect(quorumOf(active, admitted) + quorumOf(later, admitted)).toBeGreaterThan(admitted)
    }),
  )
})

test('the quorums of small networks in which all are awake', () => {
  const quorums = [1, 2, 3, 4, 5, 6, 7].map((count) => quorumOf(count, count))
  expect(quorums).toEqual([1, 2, 2, 3, 4, 4, 5])
})

test('a majority is the smallest number that is more than half', () => {
  fc.assert(
    fc.property(masternodes, ({ admitted }) => {
      expect(2 * majorityOf(admitted)).toBeGreaterThan(admitted)
      expect(2 * (majorityOf(admitted) - 1)).toBeLessThanOrEqual(admitted)
    }),
  )
})
