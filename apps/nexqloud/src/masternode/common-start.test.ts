import { parseDeviceId } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { CommonStart } from './common-start.ts'

const device = parseDeviceId(7)

test.each([
  ['in the second of the others', 100, true],
  ['some seconds later', 103, true],
  ['so late that its masternode kept it waiting', 104, false],
  ['before there was anything to begin', 99, false],
])('one that was asked %s, and was not measured, has missed it: %#', (_, askedAt, expected) => {
  const starts = new CommonStart()
  starts.miss(device, { start: 100, askedAt })
  expect(starts.hasMissed(device, 100)).toBe(expected)
})

test('a start that was missed is held against no later one', () => {
  const starts = new CommonStart()
  starts.miss(device, { start: 100, askedAt: 100 })
  starts.miss(device, { start: 100, askedAt: 150 })
  expect([100, 700].map((start) => starts.hasMissed(device, start))).toEqual([true, false])
  starts.forget(device)
  expect(starts.hasMissed(device, 100)).toBe(false)
})
