import { expect, test } from 'vitest'

import { createAllowance } from './allowance.ts'

test('so many are allowed at once, and then so many a second, never more than at once', () => {
  let nowMs = 0
  const take = createAllowance({ burst: 3, perSecond: 2 }, () => nowMs)
  const takeAll = (): number => {
    let taken = 0
    while (take()) taken += 1
    return taken
  }
  expect(takeAll()).toBe(3)
  nowMs += 499
  expect(takeAll()).toBe(0)
  nowMs += 1
  expect(takeAll()).toBe(1)
  nowMs += 60_000
  expect(takeAll()).toBe(3)
})
