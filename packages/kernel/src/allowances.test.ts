import { expect, test } from 'vitest'

import { createAllowances } from './allowances.ts'

test('each key has its own, and gets more with time', () => {
  let nowMs = 0
  const take = createAllowances({ burst: 2, perSecond: 1, most: 10 }, () => nowMs)
  expect(['a', 'a', 'a', 'b'].map(take)).toEqual([true, true, false, true])
  nowMs += 1000
  expect(['a', 'a'].map(take)).toEqual([true, false])
})

test('whoever asked longest ago is forgotten where there are too many', () => {
  const take = createAllowances({ burst: 1, perSecond: 1, most: 2 }, () => 0)
  expect(['a', 'b', 'a', 'c'].map(take)).toEqual([true, true, false, true])
  // `b` asked before `a` did.
  expect(['a', 'b'].map(take)).toEqual([false, true])
})
