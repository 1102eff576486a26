import { createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { createRepeatLimit } from './repeat-limit.ts'

test('what stays so is told once in five minutes, what changes at once', async () => {
  const clock = createManualClock(0)
  const isNews = createRepeatLimit(clock)
  expect([isNews('a', 'refused'), isNews('a', 'refused'), isNews('b', 'refused')]).toEqual([
    true,
    false,
    true,
  ])
  expect([isNews('a', 'late'), isNews('a', 'refused')]).toEqual([true, true])
  await clock.pass(5 * 60_000)
  expect([isNews('a', 'refused'), isNews('a', 'refused')]).toEqual([true, false])
})

test('it remembers no more than a thousand', () => {
  const isNews = createRepeatLimit(createManualClock(0))
  for (let run = 0; run <= 1000; run += 1) isNews(String(run), 'refused')
  expect([isNews('1000', 'refused'), isNews('0', 'refused')]).toEqual([false, true])
})
