import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  firstWindowBytes,
  LEAST_WINDOW_BYTES,
  MOST_WINDOW_BYTES,
  nextWindowBytes,
  PLENTY_WINDOW_BYTES,
  type WindowFacts,
} from './window.ts'

const facts = fc
  .record({
    windowBytes: fc.integer({ min: 0, max: 8 }).map((power) => LEAST_WINDOW_BYTES << power),
    sinceCreditMs: fc.double({ min: 0, max: 1000, noNaN: true }),
    roundTripMs: fc.double({ min: 1, max: 400, noNaN: true }),
    budgetBytes: fc.constantFrom(1 << 20, 16 << 20, 256 << 20),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    streams: fc.integer({ min: 1, max: 20_000 }),
  })
  .map(({ share, ...rest }): WindowFacts => ({ ...rest, freeBytes: share * rest.budgetBytes }))

test('a window stays between the least and the most, and takes no more than the budget has', () => {
  fc.assert(
    fc.property(facts, (now) => {
      const next = nextWindowBytes(now)
      expect(next).toBeGreaterThanOrEqual(LEAST_WINDOW_BYTES)
      expect(next).toBeLessThanOrEqual(MOST_WINDOW_BYTES)
      expect(next - now.windowBytes).toBeLessThanOrEqual(Math.max(0, now.freeBytes))
    }),
  )
})

test('a window shrinks by no more than the credit that is given, half of it', () => {
  fc.assert(
    fc.property(facts, (now) => {
      expect(nextWindowBytes(now)).toBeGreaterThanOrEqual(now.windowBytes / 2)
    }),
  )
})

test('a stream that is slower than its credit keeps its window', () => {
  const now = { ...plenty, sinceCreditMs: 80, roundTripMs: 40 }
  expect(nextWindowBytes(now)).toBe(plenty.windowBytes)
  expect(nextWindowBytes({ ...now, sinceCreditMs: 79 })).toBe(PLENTY_WINDOW_BYTES)
})

test('a stream with more than its share gives half back where memory is short', () => {
  const scarce = { ...plenty, windowBytes: 1 << 20, freeBytes: 1 << 20, streams: 100 }
  expect(nextWindowBytes(scarce)).toBe(512 << 10)
  expect(nextWindowBytes({ ...scarce, streams: 8, sinceCreditMs: 100 })).toBe(1 << 20)
})

test('the first window is large while memory is plenty, small afterwards', () => {
  const budgetBytes = 16 << 20
  expect(firstWindowBytes({ budgetBytes, freeBytes: 8 << 20 })).toBe(PLENTY_WINDOW_BYTES)
  expect(firstWindowBytes({ budgetBytes, freeBytes: 7 << 20 })).toBe(LEAST_WINDOW_BYTES)
})

const plenty: WindowFacts = {
  windowBytes: LEAST_WINDOW_BYTES,
  sinceCreditMs: 0,
  roundTripMs: 40,
  freeBytes: 16 << 20,
  budgetBytes: 16 << 20,
  streams: 1,
}
