import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  formatNxqAligned,
  InvalidDollarsError,
  parseDollars,
  showDollars,
  showNxq,
  showSpan,
  showTime,
} from './unit.ts'

test('dollars are read back as they are shown', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), (microUsd) => {
      expect(parseDollars(showDollars(microUsd).replace(' USD', ''))).toBe(microUsd)
    }),
  )
})

test.each(['-1', '1e3', '0.0000001', '', '1.', '.5', ' 1'])(
  '"%s" is no amount of dollars',
  (text) => {
    expect(() => parseDollars(text)).toThrow(InvalidDollarsError)
  },
)

test('amounts and times say their unit', () => {
  expect(showNxq(1_500_000_000_000_000_000n)).toBe('1.5 NXQ')
  expect(showDollars(250_000n)).toBe('0.25 USD')
  expect(showTime(1_700_000_000)).toBe('2023-11-14 22:13:20 UTC')
})

test.each([
  [0n, '0 s'],
  [59n, '59 s'],
  [60n, '1 min'],
  [3661n, '1 h 1 min'],
  [86_400n, '1 d'],
  [90_061n, '1 d 1 h'],
])('%d seconds are %s', (seconds, text) => {
  expect(showSpan(seconds)).toBe(text)
})

test('decimal points of aligned amounts stand below each other', () => {
  expect(formatNxqAligned([21_000_000n * 10n ** 18n, 15n * 10n ** 17n, 0n])).toEqual([
    '21000000  ',
    '       1.5',
    '       0  ',
  ])
})
