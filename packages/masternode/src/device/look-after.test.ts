import { createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { lookAfter } from './look-after.ts'

test('each link is looked at every 2 seconds and looked up every 6, whoever comes and goes meanwhile', async () => {
  const clock = createManualClock()
  const over = new AbortController()
  const links = Array.from({ length: 50 }, (_, number) => createLink(number))
  const held = new Map(links.map((link) => [link, link.number]))
  const looking = lookAfter(clock, () => held, over.signal)
  for (const link of links.slice(0, 25)) {
    await clock.pass(240)
    held.delete(link)
  }
  for (const { beats, checks } of links.slice(25)) expect([beats(), checks()]).toEqual([3, 1])
  over.abort()
  await looking
})

function createLink(number: number) {
  let [beats, checks] = [0, 0]
  return {
    number,
    beats: () => beats,
    checks: () => checks,
    beat: () => {
      beats += 1
    },
    check: async () => {
      checks += 1
    },
  }
}
