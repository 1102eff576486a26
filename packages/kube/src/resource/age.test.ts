import { expect, test } from 'vitest'

import { ageOf } from './age.ts'

/** Source: k8s.io/apimachinery/pkg/util/duration/duration_test.go. */
test.each([
  [1, '1s'],
  [119, '119s'],
  [120, '2m'],
  [121, '2m1s'],
  [600, '10m'],
  [10_799, '179m'],
  [10_800, '3h'],
  [11_400, '3h10m'],
  [28_800, '8h'],
  [172_799, '47h'],
  [172_800, '2d'],
  [176_400, '2d1h'],
  [691_200, '8d'],
  [63_072_000, '2y'],
  [63_158_400, '2y1d'],
  [252_288_000, '8y'],
])('%i seconds ago is %s', (seconds, text) => {
  const nowMs = Date.parse('2026-01-01T00:00:00Z')
  expect(ageOf(new Date(nowMs - seconds * 1000).toISOString(), nowMs)).toBe(text)
})

test('a time that is not there is unknown', () => {
  expect(ageOf(undefined, 0)).toBe('<unknown>')
})
