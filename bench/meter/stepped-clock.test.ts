import { expect, test } from 'vitest'

import { createSteppedClock } from './stepped-clock.ts'

test('who wakes does all that he does before the next one wakes, however long his work takes', async () => {
  const clock = createSteppedClock(0, 2)
  const over = new AbortController()
  const seen: string[] = []
  const live = async (name: string, everyMs: number): Promise<void> => {
    while (!over.signal.aborted) {
      seen.push(`${name} begins at ${clock.wallMs()}`)
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
      seen.push(`${name} ends at ${clock.wallMs()}`)
      await clock.delay(everyMs, over.signal)
    }
  }
  const lives = [live('one', 1000), live('other', 2000)]
  await clock.idle()
  seen.length = 0
  await clock.pass(2500)
  expect(seen).toEqual([
    'one begins at 1000',
    'one ends at 1000',
    'other begins at 2000',
    'other ends at 2000',
    'one begins at 2000',
    'one ends at 2000',
  ])
  expect(clock.wallMs()).toBe(2500)
  over.abort()
  await Promise.all(lives)
})
