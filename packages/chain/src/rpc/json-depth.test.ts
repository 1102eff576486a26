import fc from 'fast-check'
import { expect, test } from 'vitest'

import { isNestedDeeper } from './json-depth.ts'

test.each([
  ['lists', '[[[]]]', 3],
  ['objects', '{"a":{"b":1}}', 2],
  ['one after the other', '[[],[],{}]', 2],
  ['brackets in a string', '["[[[{{{"]', 1],
  ['a quote in a string', String.raw`["\"[[[","\\",[]]`, 2],
])('counts %s', (_, text, depth) => {
  expect(isNestedDeeper(text, depth)).toBe(false)
  expect(isNestedDeeper(text, depth - 1)).toBe(true)
})

test('counts as deep as the value is, and takes any text', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const depth = depthOf(value)
      expect(isNestedDeeper(JSON.stringify(value), depth)).toBe(false)
      if (depth > 0) expect(isNestedDeeper(JSON.stringify(value), depth - 1)).toBe(true)
    }),
  )
  fc.assert(fc.property(fc.string(), (text) => typeof isNestedDeeper(text, 3) === 'boolean'))
})

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}
