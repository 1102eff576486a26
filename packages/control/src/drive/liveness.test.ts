import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createLivenessBook, livenessAfter, type Liveness } from './liveness.ts'

test('a device is live until 10 seconds of silence, then dark, after 30 lost', () => {
  const book = createLivenessBook()
  expect(book.hear('a', 0)).toBe(true)
  expect(book.hear('a', 1000)).toBe(false)
  expect(book.age(10_999)).toEqual([])
  expect(book.age(11_000)).toEqual(['a'])
  expect(book.of('a')).toEqual({ state: 'dark', heardMs: 1000 })
  expect(book.age(31_000)).toEqual(['a'])
  expect(book.of('a')?.state).toBe('lost')
  expect(book.hear('a', 50_000)).toBe(true)
  expect(book.of('a')?.state).toBe('live')
})

test('a device that is waited for is called dark only after the same silence', () => {
  const book = createLivenessBook()
  book.expect('a', 0)
  expect(book.of('a')?.state).toBe('awaited')
  expect(book.age(9999)).toEqual([])
  expect(book.age(10_000)).toEqual(['a'])
  book.expect('a', 10_000)
  expect(book.of('a')?.state).toBe('dark')
})

test('whoever is heard whenever, the state follows from the silence', () => {
  const step = fc.record({
    device: fc.constantFrom('a', 'b', 'c'),
    passMs: fc.nat(15_000),
    isHeard: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const book = createLivenessBook()
      const heard = new Map<string, number>()
      let nowMs = 0
      for (const { device, passMs, isHeard } of steps) {
        nowMs += passMs
        book.age(nowMs)
        if (isHeard) {
          book.hear(device, nowMs)
          heard.set(device, nowMs)
        }
        book.age(nowMs)
        for (const [name, heardMs] of heard) {
          expect(book.of(name)?.state).toBe(stateAfter(nowMs - heardMs))
        }
      }
    }),
  )
})

function stateAfter(silentMs: number): Liveness {
  if (silentMs >= livenessAfter.lostMs) return 'lost'
  return silentMs >= livenessAfter.darkMs ? 'dark' : 'live'
}
