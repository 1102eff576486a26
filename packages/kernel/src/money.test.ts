import fc from 'fast-check'
import { expect, test } from 'vitest'

import { formatNxq, InvalidAmountError, larger, parseNxq, smaller, WEI_PER_NXQ } from './index.ts'

test('every amount that is written is read back to the wei', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 96n }), (wei) => {
      expect(parseNxq(formatNxq(wei))).toBe(wei)
    }),
  )
})

test.each([
  [0n, '0'],
  [1n, '0.000000000000000001'],
  [15n * 10n ** 17n, '1.5'],
  [21_000_000n * WEI_PER_NXQ, '21000000'],
  [-1n, '-0.000000000000000001'],
])('%s wei are %s NXQ', (wei, text) => {
  expect(formatNxq(wei)).toBe(text)
})

test('decimals may end in zeros', () => {
  expect(parseNxq('1.500')).toBe(parseNxq('1.5'))
})

test.each(['', '.5', '1.', '-1', '1e3', '0x10', '1,5', ' 1', '1.0000000000000000001'])(
  '"%s" is refused',
  (text) => {
    expect(() => parseNxq(text)).toThrow(InvalidAmountError)
  },
)

test('a refusal shows what an amount looks like', () => {
  expect(new InvalidAmountError('1,5')).toMatchInlineSnapshot(
    `[InvalidAmountError: "1,5" is not an amount of NXQ.]`,
  )
  expect(new InvalidAmountError('1,5').hint).toMatchInlineSnapshot(
    `"Write digits with at most 18 decimals after a point, e.g. 12.5."`,
  )
})

test('of two amounts one is the smaller and the other the larger', () => {
  const amount = fc.bigInt()
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      expect([smaller(a, b), larger(a, b)]).toEqual(a < b ? [a, b] : [b, a])
    }),
  )
})
