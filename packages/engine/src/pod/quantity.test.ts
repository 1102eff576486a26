import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseQuantityMilli } from './quantity.ts'

test.each([
  ['500m', 500],
  ['1', 1000],
  ['0.5', 500],
  ['0.0001', 1],
  ['128Mi', 128 * 1024 * 1024 * 1000],
  ['1.5G', 1.5e12],
])('%s is %d thousandths', (text, milli) => {
  expect(parseQuantityMilli(text)).toBe(milli)
})

test.each(['', '-1', '1e3', '1 Gi', 'Gi', '1GI', '0x10', '1.', '9'.repeat(20), '999999999999T'])(
  '%j is none',
  (text) => {
    expect(parseQuantityMilli(text)).toBeUndefined()
  },
)

test('a larger number is never a smaller quantity', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(1e6), fc.constantFrom('m', '', 'k', 'Mi'), (a, b, suffix) => {
      const [one = 0, two = 0] = [a, b].map((number) => parseQuantityMilli(`${number}${suffix}`))
      expect(Math.sign(one - two)).toBe(Math.sign(a - b))
    }),
  )
})
