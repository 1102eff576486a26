import fc from 'fast-check'
import { expect, test } from 'vitest'

import { assign, createTable, lookUp } from './table.ts'

const key = fc.oneof(fc.string({ maxLength: 2 }), fc.nat(3000).map(String))
const step = fc.record({ key, value: fc.option(fc.nat(), { nil: undefined }) })

test('a table holds what a Map holds after the same steps, and what it held before each', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const map = new Map<string, number>()
      let table = createTable<number>()
      for (const { key: name, value } of steps) {
        const before = map.get(name)
        const changed = assign(table, name, value)
        expect(lookUp(table, name)).toBe(before)
        table = changed
        if (value === undefined) map.delete(name)
        else map.set(name, value)
      }
      for (const { key: name } of steps) expect(lookUp(table, name)).toBe(map.get(name))
    }),
  )
})

test('names with one hash keep their own values', () => {
  const [one, other] = findCollision()
  const both = assign(assign(createTable<number>(), one, 1), other, 2)
  expect([lookUp(both, one), lookUp(both, other)]).toEqual([1, 2])
  const rest = assign(both, one, undefined)
  expect([lookUp(rest, one), lookUp(rest, other)]).toEqual([undefined, 2])
})

/** Two names with the same FNV-1a hash: of 2³² hashes two meet after some 80,000 names. */
function findCollision(): readonly [string, string] {
  const seen = new Map<number, string>()
  for (let index = 0; ; index += 1) {
    const name = `n${index}`
    const hash = fnv1a(name)
    const earlier = seen.get(hash)
    if (earlier !== undefined) return [earlier, name]
    seen.set(hash, name)
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash
}
