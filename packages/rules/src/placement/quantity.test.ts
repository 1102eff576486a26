import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseQuantity } from './quantity.ts'

test.each([
  ['500m', 'milli', 500],
  ['2', 'milli', 2000],
  ['0.1', 'milli', 100],
  ['1.5', 'milli', 1500],
  ['.5', 'milli', 500],
  ['2Gi', 'whole', 2 ** 31],
  ['1.5Ki', 'whole', 1536],
  ['1e3', 'whole', 1000],
  ['12E-1', 'whole', 2],
  ['2E', 'whole', Number.MAX_SAFE_INTEGER],
  ['100n', 'milli', 1],
  ['+7', 'whole', 7],
  ['0', 'whole', 0],
] as const)('%s in %s units is %d', (text, unit, expected) => {
  expect(parseQuantity(text, unit, 'up')).toBe(expected)
})

test.each(['', '.', '-1', 'Gi', '1gi', '1 Gi', '1e', '0x10', '1e999', 'NaN'])(
  '"%s" is no quantity',
  (text) => {
    expect(parseQuantity(text, 'whole', 'up')).toBeUndefined()
  },
)

test('what is asked is rounded up, what there is is rounded down', () => {
  fc.assert(
    fc.property(fc.nat(1e9), (thousandths) => {
      expect(parseQuantity(`${thousandths}m`, 'whole', 'up')).toBe(Math.ceil(thousandths / 1000))
      expect(parseQuantity(`${thousandths}m`, 'whole', 'down')).toBe(Math.floor(thousandths / 1000))
      expect(parseQuantity(`${thousandths}m`, 'milli', 'down')).toBe(thousandths)
    }),
  )
})
