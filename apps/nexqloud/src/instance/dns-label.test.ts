import fc from 'fast-check'
import { expect, test } from 'vitest'

import { isDnsLabel, numberLabel, toDnsLabel } from './dns-label.ts'

test('whatever becomes a label is one, and so it is with a number', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200 }),
      fc.integer({ min: 1, max: 99_999 }),
      (text, number) => {
        const label = toDnsLabel(text)
        if (label === undefined) return !/[a-zA-Z0-9]/.test(text)
        return isDnsLabel(label) && isDnsLabel(numberLabel(label, number))
      },
    ),
  )
})

test('a label stays as it is', () => {
  expect(toDnsLabel('my-app')).toBe('my-app')
  expect(numberLabel('my-app', 1)).toBe('my-app')
  expect(numberLabel('a'.repeat(63), 12)).toBe(`${'a'.repeat(60)}-12`)
})
