import fc from 'fast-check'
import { expect, test } from 'vitest'

import { toPrintable } from './printable.ts'

test.each([
  ['plain', 'NXQ 1.5 — “ä”\n\tindented', 'NXQ 1.5 — “ä”\n\tindented'],
  ['coloured', '\u001B[31mred\u001B[0m', 'red'],
  ['a window’s name', 'a\u001B]0;title\u0007b', 'ab'],
  ['a bell', 'a\u0007b', String.raw`a\u0007b`],
  ['a return', 'paid\rowes', String.raw`paid\u000dowes`],
  ['one of the second set', 'a\u0085b', String.raw`a\u0085b`],
])('%s text is shown and does nothing else', (_, text, shown) => {
  expect(toPrintable(text)).toBe(shown)
})

test('no control character is left of any text, and a second time changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = toPrintable(text)
      expect(shown).not.toMatch(/[^\P{Cc}\n\t]/u)
      expect(toPrintable(shown)).toBe(shown)
    }),
  )
})

test('text that turns its direction, so that it reads as another, shows that it does', () => {
  expect(toPrintable('safe\u202Egpj.exe\u2066\u2028')).toBe('safe\\u202egpj.exe\\u2066\\u2028')
})
