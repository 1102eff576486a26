import fc from 'fast-check'
import { expect, test } from 'vitest'

import { countVolume, type VolumeRecord } from './volume-meter.ts'

const month = '2026-11'

test('what was there before the first look counts, and each byte once', () => {
  const first = countVolume(undefined, { month, counters: { tn1: 100 }, moreBytes: 0 })
  expect(first.months).toEqual({ [month]: 100 })
  const next = countVolume(first, { month, counters: { tn1: 130, tn2: 5 }, moreBytes: 1000 })
  expect(next.months).toEqual({ [month]: 1135 })
  expect(countVolume(next, { month, counters: { tn1: 130, tn2: 5 }, moreBytes: 0 })).toEqual(next)
})

test('a bridge that was made anew begins at zero', () => {
  const before: VolumeRecord = { months: { [month]: 100 }, counted: { tn1: 100 } }
  expect(countVolume(before, { month, counters: { tn1: 7 }, moreBytes: 0 }).months[month]).toBe(107)
})

test('a clock that is set wrong, and right again, loses nothing', () => {
  const count = (before: VolumeRecord | undefined, at: string, tn1: number) =>
    countVolume(before, { month: at, counters: { tn1 }, moreBytes: 0 })
  const wrong = count(count(undefined, month, 10), '2099-01', 30)
  expect(count(wrong, month, 35).months).toEqual({ [month]: 15, '2099-01': 20 })
})

test('of many months the last ones are kept, and that of now', () => {
  const months = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`21${10 + at}-01`, 1]))
  const next = countVolume({ months, counted: {} }, { month, counters: {}, moreBytes: 1 })
  expect(Object.keys(next.months)).toHaveLength(13)
  expect(next.months[month]).toBe(1)
})

test('however often it is looked, the sum is what passed', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000)), (steps) => {
      let record: VolumeRecord | undefined
      let shown = 0
      for (const step of steps) {
        shown += step
        record = countVolume(record, { month, counters: { tn1: shown }, moreBytes: 0 })
      }
      expect(record?.months[month] ?? 0).toBe(shown)
    }),
  )
})
