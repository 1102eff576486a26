import { expect, test } from 'vitest'

import { clockOff } from './device-clock.ts'

const nowMs = Date.parse('2026-11-26T12:00:00Z')

test.each([
  ['2026-11-26T12:00:59Z', undefined],
  ['2026-11-26T11:59:01Z', undefined],
  ['2026-11-26T12:01:00Z', '1 min ahead'],
  ['2026-11-26T10:30:00Z', '90 min behind'],
  ['2026-11-27T12:00:03Z', '24 hours ahead'],
  ['2026-11-27T11:59:57Z', '24 hours ahead'],
  ['1970-01-01T00:00:00Z', '498804 hours behind'],
])('a clock that says %s at noon is %s', (told, off) => {
  const expected =
    off && expect.stringContaining(`Its clock is some ${off}: times of its containers`)
  expect(clockOff(told, nowMs)).toEqual(expected)
})

test('an agent that does not tell its time is not blamed', () => {
  expect(clockOff(undefined, nowMs)).toBeUndefined()
})
