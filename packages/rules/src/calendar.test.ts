import { parsePeriod } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  BeforeGenesisError,
  createCalendar,
  InvalidCalendarError,
  monthOf,
  monthsOver,
  periodEnd,
  periodOf,
  periodStart,
} from './index.ts'

const calendar = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 40 }), fc.constantFrom(86_400, 3600, 300, 1))
  .map(([genesisTime, periodSeconds]) => createCalendar({ genesisTime, periodSeconds }))

test('every second from genesis on lies in exactly one period', () => {
  fc.assert(
    fc.property(calendar, fc.nat(2 ** 40), (own, since) => {
      const time = own.genesisTime + since
      const period = periodOf(own, time)
      expect(periodStart(own, period)).toBeLessThanOrEqual(time)
      expect(periodEnd(own, period)).toBeGreaterThan(time)
      expect(periodStart(own, parsePeriod(period + 1))).toBe(periodEnd(own, period))
    }),
  )
})

test('a month is over when its last period is', () => {
  const main = createCalendar({ genesisTime: 0, periodSeconds: 86_400 })
  expect([0, 29, 30].map((day) => monthOf(main, parsePeriod(day)))).toEqual([0, 0, 1])
  expect([28, 29, 58, 59].map((day) => monthsOver(main, parsePeriod(day)))).toEqual([0, 1, 1, 2])
})

test('a second before genesis has no period', () => {
  const main = createCalendar({ genesisTime: 100, periodSeconds: 300 })
  expect(() => periodOf(main, 99)).toThrow(BeforeGenesisError)
})

test.each([7, 0, -300, 0.5, 172_800])('periods of %s s are no calendar', (periodSeconds) => {
  expect(() => createCalendar({ genesisTime: 0, periodSeconds })).toThrow(InvalidCalendarError)
})
