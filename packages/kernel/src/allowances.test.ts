import { expect, test } from 'vitest'

import { createAllowances } from './allowances.ts'

test('what one takes is not taken from another, and comes back with time', () => {
  let nowMs = 0
  const may = createAllowances({ perSecond: 1, burst: 2 }, () => nowMs)
  expect([may('a'), may('a'), may('a'), may('b')]).toEqual([true, true, false, true])
  nowMs += 1000
  expect([may('a'), may('a'), may('b')]).toEqual([true, false, true])
})

test('many who come once are not remembered for ever', () => {
  const may = createAllowances({ perSecond: 1, burst: 1 }, () => 0)
  expect([may('first'), may('first')]).toEqual([true, false])
  for (let other = 0; other < 10_000; other += 1) may(`other ${other}`)
  expect(may('first')).toBe(true)
})
