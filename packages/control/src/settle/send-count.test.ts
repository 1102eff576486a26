import { expect, test } from 'vitest'

import { SendCount } from './send-count.ts'

test('each leaf is sent four times at most, however often others were', () => {
  const sends = new SendCount()
  const first = { rewards: [0], bills: [0], credits: [0], waiting: 2 }
  expect(sends.isNone).toBe(true)
  for (let time = 0; time < 4; time += 1) {
    expect(sends.worthwhile(first)).toEqual(first)
    sends.add(first)
  }
  const all = { rewards: [0, 1], bills: [0, 1], credits: [0, 1], waiting: 0 }
  expect(sends.worthwhile(all)).toEqual({
    rewards: [1],
    bills: [1],
    credits: [1],
    waiting: 0,
  })
  expect(sends.isNone).toBe(false)
})
