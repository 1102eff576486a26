import fc from 'fast-check'
import { expect, test } from 'vitest'

import { formatHours, isWithinHours, localMinuteOf, localMonthOf, parseHours } from './hours.ts'

const WEEK = 7 * 24 * 60
const minuteOf = (day: number, hour: number, minute = 0) => (day * 24 + hour) * 60 + minute

test('hours are named by days and times', () => {
  const hours = parseHours('mon-fri 18:00-08:00; sat,sun 00:00-24:00') ?? []
  const within = (day: number, hour: number) => isWithinHours(hours, minuteOf(day, hour))
  expect([within(0, 17), within(0, 18), within(1, 7), within(1, 8)]).toEqual([
    false,
    true,
    true,
    false,
  ])
  expect([within(4, 23), within(5, 3), within(5, 12), within(6, 23)]).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(within(0, 3)).toBe(false)
})

test('a night that begins on Sunday ends on Monday', () => {
  const hours = parseHours('sun 22:00-06:00') ?? []
  const at = [minuteOf(6, 23), minuteOf(0, 5), minuteOf(0, 6), minuteOf(6, 5)]
  expect(at.map((minute) => isWithinHours(hours, minute))).toEqual([true, true, false, false])
})

test('days may go round the week, and be left out', () => {
  const hours = parseHours('sat-mon 9:00-10:00') ?? []
  const days = [0, 1, 2, 3, 4, 5, 6]
  expect(days.filter((day) => isWithinHours(hours, minuteOf(day, 9)))).toEqual([0, 5, 6])
  expect(parseHours('9:00-10:00')).toHaveLength(7)
})

test.each([
  '',
  'mon',
  'mon 8-9',
  'mon 08:00-25:00',
  'mon 08:60-09:00',
  'day 08:00-09:00',
  '8:00-8:00',
  'mon-tue-wed 8:00-9:00',
  ';',
])('%j is no hours', (text) => {
  expect(parseHours(text)).toBeUndefined()
})

const time = fc
  .tuple(fc.nat(23), fc.nat(59))
  .map(([hour, minute]) => `${hour}:${String(minute).padStart(2, '0')}`)
const part = fc.tuple(fc.constantFrom('mon', 'tue,thu', 'fri-mon', 'sun'), time, time)

test('what is formatted is read as it was', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      const hours = parseHours(parts.map(([days, from, to]) => `${days} ${from}-${to}`).join('; '))
      fc.pre(hours !== undefined)
      const again = parseHours(formatHours(hours)) ?? []
      for (let minute = 0; minute < WEEK; minute += 7) {
        expect(isWithinHours(again, minute)).toBe(isWithinHours(hours, minute))
      }
    }),
  )
})

test('a moment is taken by the time zone of the machine', () => {
  const monday = new Date(2026, 10, 23, 8, 30)
  expect(localMinuteOf(monday.getTime())).toBe(minuteOf(0, 8, 30))
  expect(localMonthOf(new Date(2026, 11, 31, 23, 59).getTime())).toBe('2026-12')
})
