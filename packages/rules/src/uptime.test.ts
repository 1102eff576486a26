import fc from 'fast-check'
import { expect, test } from 'vitest'

import { countedMinutes, leaseSeconds, uptimeSeconds, type MinuteRecord } from './index.ts'

const minutes = fc.integer({ min: 1, max: 100 })
const word = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const bitmap = fc
  .array(word, { minLength: 4, maxLength: 4 })
  .map((words) => Uint32Array.from(words))
const records = fc.array(fc.record({ seen: bitmap, up: bitmap }), { maxLength: 9 })

test('a minute counts when more than half of the witnesses that were up in it saw the device', () => {
  fc.assert(
    fc.property(records, minutes, (own, length) => {
      const counted = countedMinutes(own, length)
      for (let minute = 0; minute < length; minute += 1) {
        const up = own.filter((record) => has(record.up, minute))
        const saw = up.filter((record) => has(record.seen, minute))
        expect(has(counted, minute)).toBe(2 * saw.length > up.length)
      }
    }),
  )
})

test('uptime is 60 seconds for each minute that counts, and no minute past the end does', () => {
  fc.assert(
    fc.property(records, minutes, (own, length) => {
      const counted = countedMinutes(own, length)
      const all = Array.from({ length: counted.length * 32 }, (_, minute) => has(counted, minute))
      expect(uptimeSeconds(own, length)).toBe(60 * all.filter(Boolean).length)
      expect(all.slice(length)).not.toContain(true)
    }),
  )
})

test('of three witnesses one that lies, or one that was down, changes nothing', () => {
  const all = recordOf([1, 1, 1, 1], [1, 1, 1, 1])
  const none = recordOf([0, 0, 0, 0], [1, 1, 1, 1])
  const down = recordOf([0, 0, 0, 0], [0, 0, 0, 0])
  expect(uptimeSeconds([all, all, none], 4)).toBe(240)
  expect(uptimeSeconds([none, none, all], 4)).toBe(0)
  expect(uptimeSeconds([all, down, down], 4)).toBe(240)
  expect(uptimeSeconds([all, none, down], 4)).toBe(0)
  expect(uptimeSeconds([down, down, down], 4)).toBe(0)
})

test('a witness cannot have seen anything while it was down', () => {
  expect(uptimeSeconds([recordOf([1, 1], [0, 1])], 2)).toBe(60)
})

test('the seconds of a lease are the lower middle of its witnesses, a missing entry being 0', () => {
  expect(leaseSeconds([300, 299, 10])).toBe(299)
  expect(leaseSeconds([300, undefined, 10])).toBe(10)
  expect(leaseSeconds([300, undefined, undefined])).toBe(0)
  expect(leaseSeconds([300, 200])).toBe(200)
  expect(leaseSeconds([])).toBe(0)
})

test('more than half of the witnesses saw a lease run that long, and at least half no longer', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.nat(86_400), { nil: undefined }), { minLength: 1 }),
      (entries) => {
        const seconds = leaseSeconds(entries)
        const atLeast = entries.filter((entry) => (entry ?? 0) >= seconds).length
        const atMost = entries.filter((entry) => (entry ?? 0) <= seconds).length
        expect(2 * atLeast).toBeGreaterThan(entries.length)
        expect(2 * atMost).toBeGreaterThanOrEqual(entries.length)
      },
    ),
  )
})

function has(bitmapOfMinutes: Uint32Array, minute: number): boolean {
  return (((bitmapOfMinutes[minute >> 5] ?? 0) >>> (minute & 31)) & 1) === 1
}

function recordOf(seen: readonly number[], up: readonly number[]): MinuteRecord {
  return { seen: bitmapOf(seen), up: bitmapOf(up) }
}

function bitmapOf(bits: readonly number[]): Uint32Array {
  return Uint32Array.of(bits.reduce((sum, bit, minute) => sum + bit * 2 ** minute, 0))
}
