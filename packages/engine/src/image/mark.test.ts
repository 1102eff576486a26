import fc from 'fast-check'
import { expect, test } from 'vitest'

import { formatMark, isMarkName, parseMark } from './mark.ts'

const mark = fc.record({
  digest: fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
  isPrivate: fc.boolean(),
  isShared: fc.boolean(),
})

test('a mark says what it was made of, and whether it is the own one', () => {
  fc.assert(
    fc.property(mark, fc.string(), (wanted, owner) => {
      const { repo, tag } = formatMark(owner, wanted)
      const name = `${repo}:${tag}`
      expect(parseMark(owner, name)).toEqual({ ...wanted, name, isOwn: true })
      expect(parseMark(`${owner}.`, name)).toEqual({ ...wanted, name, isOwn: false })
      expect(isMarkName(name)).toBe(true)
      expect(tag.length).toBeLessThanOrEqual(128)
    }),
  )
})

test.each(['nginx:1', 'nexqloud.invalid/00/public:1', ''])('%j is no mark', (name) => {
  expect(parseMark('device', name)).toBeUndefined()
})
