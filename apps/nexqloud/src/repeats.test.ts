import { expect, test } from 'vitest'

import { createRepeats } from './repeats.ts'

test('what fails each five seconds for ten minutes is told four times, with how many were left out', () => {
  const repeats = createRepeats()
  const told = tellEach(5000, 600, (ms) => repeats.count('chain', ms))
  expect(told).toEqual([
    [0, 0],
    [60_000, 11],
    [180_000, 23],
    [420_000, 47],
  ])
})

test('what was over for a minute is told at once when it comes again, and others are told apart', () => {
  const repeats = createRepeats()
  expect(repeats.count('chain', 0)).toBe(0)
  expect(repeats.count('database', 1)).toBe(0)
  expect(repeats.count('chain', 59_999)).toBeUndefined()
  expect(repeats.count('chain', 119_999)).toBe(0)
})

test('any number of kinds takes no more room than some', () => {
  const repeats = createRepeats()
  for (let kind = 0; kind <= 1000; kind += 1) expect(repeats.count(String(kind), kind)).toBe(0)
  expect(repeats.count('0', 1001)).toBe(0)
})

/** Returns when something was told, and how many were left out before. */
function tellEach(stepMs: number, seconds: number, count: (ms: number) => number | undefined) {
  const told: (readonly [number, number])[] = []
  for (let ms = 0; ms < seconds * 1000; ms += stepMs) {
    const leftOut = count(ms)
    if (leftOut !== undefined) told.push([ms, leftOut])
  }
  return told
}
