import { createCalendar, periodStart } from '@nexqloud/rules'
import { expect, test } from 'vitest'

import { InvalidMonthError, parseMonth } from './month.ts'

const nowMs = Date.UTC(2026, 10, 26, 12)
const daily = createCalendar({
  genesisTime: Date.UTC(2026, 9, 20, 6) / 1000,
  periodSeconds: 86_400,
})

test('a month has the periods that begin in it', () => {
  const { from, to, fromTime } = parseMonth('2026-11', { calendar: daily, nowMs })
  expect(new Date(periodStart(daily, from) * 1000).toISOString()).toBe('2026-11-01T06:00:00.000Z')
  expect(new Date(periodStart(daily, to) * 1000).toISOString()).toBe('2026-12-01T06:00:00.000Z')
  expect(to - from).toBe(30)
  expect(fromTime).toBe(periodStart(daily, from))
})

test('months follow each other without a gap, from the network’s first period on', () => {
  const [first, second] = ['2026-10', '2026-11'].map((name) =>
    parseMonth(name, { calendar: daily, nowMs }),
  )
  expect(first).toMatchObject({ from: 0, to: second?.from })
  expect(parseMonth('2026-09', { calendar: daily, nowMs })).toMatchObject({ from: 0, to: 0 })
})

test('where none is named, it is the one that runs', () => {
  expect(parseMonth(undefined, { calendar: daily, nowMs }).name).toBe('2026-11')
})

test.each(['2026-13', '2026-1', '26-11', 'November', '2026-11-01', ''])(
  '"%s" is no month',
  (text) => {
    expect(() => parseMonth(text, { calendar: daily, nowMs })).toThrow(InvalidMonthError)
  },
)
