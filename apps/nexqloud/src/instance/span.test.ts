import { expect, test } from 'vitest'

import { parseSpan } from './span.ts'

test.each([
  ['90s', 90],
  ['10m', 600],
  ['1h30m', 5400],
  ['2d', 172_800],
  ['', undefined],
  ['10', undefined],
  ['-1s', undefined],
  ['1w', undefined],
])('%s is %s seconds', (text, seconds) => {
  expect(parseSpan(text)).toBe(seconds)
})
