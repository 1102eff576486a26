import fc from 'fast-check'
import { expect, test } from 'vitest'

import { graceFor, isGraceOver } from './grace.ts'

const BUFFER = 60

test('a grace lasts a buffer, and there is another one only when 24 have passed', () => {
  expect(isGraceOver(undefined, 1000, BUFFER)).toBe(false)
  expect(isGraceOver(1000, 1059, BUFFER)).toBe(false)
  expect(isGraceOver(1000, 1060, BUFFER)).toBe(true)
  expect(isGraceOver(1000, 2439, BUFFER)).toBe(true)
  expect(isGraceOver(1000, 2440, BUFFER)).toBe(false)
  expect(graceFor(1000, 2439, BUFFER)).toBe(1000)
  expect(graceFor(1000, 2440, BUFFER)).toBe(2440)
})

test('whenever something runs unpaid, an account has a grace in a 24th of the time at most', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 200 }), (steps) => {
      let since: number | undefined
      let [now, graced] = [0, 0]
      for (const step of steps) {
        // It runs for so long, as far as the grace goes, and is looked at each second.
        for (let second = 0; second < step; second += 1) {
          now += 1
          if (isGraceOver(since, now, BUFFER)) continue
          since = graceFor(since, now, BUFFER)
          graced += 1
        }
      }
      expect(graced).toBeLessThanOrEqual(BUFFER * Math.ceil(now / (24 * BUFFER)))
    }),
  )
})
