import fc from 'fast-check'
import { expect, test } from 'vitest'

import { findExceeded, type Deed } from './find-exceeded.ts'

const limits = { spanSeconds: 60, most: { owner: 2, all: 3 }, mostFailed: { owner: 1 } }
type Name = 'owner' | 'all'

test('whoever did as much as is allowed waits until the first of it is a span ago', () => {
  const before = [deed(0, 'a'), deed(10, 'a')]
  expect(findExceeded(deed(20, 'a'), before, limits)).toEqual({
    name: 'owner',
    retryAfterSeconds: 40,
  })
  expect(findExceeded(deed(20, 'b'), before, limits)).toBeUndefined()
  expect(findExceeded(deed(59, 'a'), before, limits)?.retryAfterSeconds).toBe(1)
  expect(findExceeded(deed(60, 'a'), before, limits)).toBeUndefined()
})

test('what all did together bars whoever did nothing yet', () => {
  const before = [deed(0, 'a'), deed(10, 'b'), deed(15, 'c')]
  expect(findExceeded(deed(20, 'd'), before, limits)).toEqual({
    name: 'all',
    retryAfterSeconds: 40,
  })
})

test('one failure is as much as all that is allowed, for as long', () => {
  const before = [{ ...deed(10, 'a'), hasFailed: true }]
  expect(findExceeded(deed(20, 'a'), before, limits)).toEqual({
    name: 'owner',
    retryAfterSeconds: 50,
  })
  expect(findExceeded(deed(20, 'b'), before, limits)).toBeUndefined()
})

test('where two limits are exceeded the one is named that is so for longer', () => {
  const before = [deed(0, 'b'), deed(30, 'a'), deed(40, 'a')]
  expect(findExceeded(deed(50, 'a'), before, limits)).toEqual({
    name: 'owner',
    retryAfterSeconds: 40,
  })
})

test('in no span is more done than is allowed, and who waits as long as was said is not refused', () => {
  const step = fc.record({ after: fc.nat({ max: 30 }), owner: fc.constantFrom('a', 'b', 'c') })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const done: Deed<Name>[] = []
      let now = 0
      for (const { after, owner } of steps) {
        now += after
        const wanted = deed(now, owner)
        const exceeded = findExceeded(wanted, done, limits)
        if (exceeded === undefined) done.push(wanted)
        else {
          const later = deed(now + exceeded.retryAfterSeconds, owner)
          expect(findExceeded(later, done, limits)).toBeUndefined()
        }
      }
      for (const { at } of done) {
        const span = done.filter((each) => each.at >= at && each.at < at + 60)
        expect(span.length).toBeLessThanOrEqual(3)
        for (const owner of ['a', 'b', 'c']) {
          expect(span.filter(({ by }) => by.owner === owner).length).toBeLessThanOrEqual(2)
        }
      }
    }),
  )
})

function deed(at: number, owner: string): Deed<Name> {
  return { at, by: { owner, all: '' } }
}
