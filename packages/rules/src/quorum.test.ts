import { expect, test } from 'vitest'

import { majorityOf, quorumOf } from './index.ts'

const counts = Array.from({ length: 256 }, (_, index) => index + 1)

test('a quorum is two thirds, and two quorums of more than two share a masternode beyond a third', () => {
  for (const count of counts) {
    const quorum = quorumOf(count)
    expect(quorum).toBeLessThanOrEqual(count)
    expect(3 * quorum).toBeGreaterThanOrEqual(2 * count)
    expect(2 * quorum - count).toBeGreaterThanOrEqual(count / 3)
  }
})

test('the quorums of small networks', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7].map(quorumOf)).toEqual([1, 1, 2, 2, 3, 4, 4, 5])
})

test('a majority is the smallest number that is more than half, and never more than a quorum', () => {
  for (const count of counts) {
    expect(2 * majorityOf(count)).toBeGreaterThan(count)
    expect(2 * (majorityOf(count) - 1)).toBeLessThanOrEqual(count)
    expect(majorityOf(count)).toBeLessThanOrEqual(quorumOf(count))
  }
})
