import { isDeepStrictEqual } from 'node:util'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { shareEqual } from './share-equal.ts'

const json = () => fc.json().map((text): unknown => JSON.parse(text))

test('what is equal is the older value itself, and nothing else is', () => {
  fc.assert(
    fc.property(json(), json(), (next, before) => {
      expect(shareEqual(structuredClone(before), before)).toBe(before)
      const shared = shareEqual(next, before)
      expect(shared).toStrictEqual(next)
      expect(shared === before).toBe(isDeepStrictEqual(next, before))
    }),
  )
})

test('an object keeps the parts that did not change', () => {
  const before = { spec: { containers: [{ name: 'a' }, { name: 'b' }] }, status: { phase: 'x' } }
  const next = { spec: { containers: [{ name: 'a' }, { name: 'c' }] }, status: { phase: 'x' } }
  const shared = shareEqual(next, before)
  expect(shared).toEqual(next)
  expect(shared.status).toBe(before.status)
  expect(shared.spec.containers[0]).toBe(before.spec.containers[0])
})
