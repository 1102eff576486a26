import { expect, test } from 'vitest'

import { delayMs, deviceBackOff, podBackOff, rememberFailure } from './failure-memory.ts'

test('the wait doubles with each failure, up to its limit', () => {
  expect([1, 2, 3, 6, 99].map((times) => delayMs(podBackOff, times) / 1000)).toEqual([
    10, 20, 40, 300, 300,
  ])
  expect([1, 2, 99].map((times) => delayMs(deviceBackOff, times) / 1000)).toEqual([60, 120, 3600])
})

test('a device is remembered once, with how often it failed, and forgotten when that is long over', () => {
  const once = rememberFailure([], { device: 'a', reason: 'x' }, 0)
  const other = rememberFailure(once, { device: 'b', reason: 'x' }, 1000)
  const again = rememberFailure(other, { device: 'a', reason: 'y' }, 60_000)
  expect(again).toEqual([
    { device: 'b', reason: 'x', times: 1, untilMs: 61_000 },
    { device: 'a', reason: 'y', times: 2, untilMs: 180_000 },
  ])
  expect(rememberFailure(again, { device: 'c', reason: 'z' }, 700_000)).toMatchObject([
    { device: 'a' },
    { device: 'c' },
  ])
})
