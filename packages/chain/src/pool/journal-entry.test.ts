import fc from 'fast-check'
import { expect, test } from 'vitest'

import { decodeJournalEntry, encodeJournalEntry } from './journal-entry.ts'

test('an entry comes back as it was stored', () => {
  const entry = fc.record({
    turn: fc.bigInt({ min: 0n, max: 2n ** 64n }),
    raw: fc.uint8Array({ maxLength: 300 }),
  })
  fc.assert(
    fc.property(entry, (value) => {
      expect(decodeJournalEntry(encodeJournalEntry(value))).toEqual(value)
    }),
  )
})

test.each([
  ['nothing', []],
  ['one part', [0xc1, 0x01]],
  ['a list within', [0xc3, 0x01, 0xc1, 0x02]],
  ['an end that is missing', [0xc3, 0x01]],
])('%s is no entry', (_, bytes) => {
  expect(() => decodeJournalEntry(Uint8Array.from(bytes))).toThrow(/./)
})
