import { expect, test } from 'vitest'

import { readDeviceLosses, rememberLoss, type DeviceLosses } from './device-losses.ts'

const minute = 60_000
const none: DeviceLosses = { backMs: [], untilMs: 0 }

test('a device rests once it was lost three times within an hour, longer with each further time', () => {
  const loseAt = (...minutes: readonly number[]): number =>
    minutes.reduce((known, at) => rememberLoss(known, at * minute), none).untilMs / minute
  expect(loseAt(0, 59)).toBe(0)
  expect(loseAt(0, 30, 59)).toBe(79)
  expect(loseAt(0, 30, 61)).toBe(0)
  expect(loseAt(0, 10, 20, 30)).toBe(70)
  expect(loseAt(0, 10, 20, 30, 40, 50)).toBe(110)
})

test('no more losses are remembered than matter', () => {
  const times = Array.from({ length: 60 }, (_, at) => at * minute)
  expect(times.reduce(rememberLoss, none).backMs).toEqual(times.slice(-8))
})

test('what is no memory of ours counts as none', () => {
  for (const text of ['{"untilMs":9e9}', 'none']) {
    expect(readDeviceLosses({ metadata: { annotations: { 'nexqloud.io/losses': text } } })).toEqual(
      none,
    )
  }
})
