import { createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { createNetworkClock } from './network-clock.ts'

const DAY_MS = 86_400_000
const startMs = 1_700_000_000_000

test('a clock that is right, or nearly, is followed as it is', async () => {
  const { network, told, own, block, pass } = setup(4000)
  await block()
  await pass(61_000)
  await block()
  expect(network.wallMs()).toBe(own.wallMs())
  own.jump(-8000)
  expect(network.wallMs()).toBe(own.wallMs())
  expect(told).toEqual([])
})

test.each([DAY_MS, -DAY_MS, 120_000, -120_000])(
  'a machine whose clock is %i ms off goes by the chain from the second block on, and says so once',
  async (offMs) => {
    const { network, told, trueMs, block, pass } = setup(offMs)
    await block()
    for (let minute = 0; minute < 3; minute += 1) {
      await pass(60_000)
      await block()
      await pass(5000)
      await block({ isNew: false })
    }
    expect(Math.abs(network.wallMs() - trueMs())).toBeLessThan(5000)
    expect(told).toEqual([expect.closeTo(offMs, -4)])
  },
)

test('the time is proven by a block that was made while it was watched', async () => {
  const { network, block, pass } = setup(DAY_MS)
  await block({ isNew: false })
  await pass(5000)
  await block({ isNew: false })
  expect(network.isProven()).toBe(false)
  await block()
  expect(network.isProven()).toBe(true)
})

test('a clock that jumps while it is watched never shows: the time goes on as it was', async () => {
  const { network, told, own, trueMs, block, pass } = setup()
  await block()
  await pass(60_000)
  await block()
  own.jump(DAY_MS)
  expect(network.wallMs()).toBe(trueMs())
  await pass(60_000)
  await block()
  expect(network.wallMs()).toBe(trueMs())
  own.jump(-DAY_MS)
  await pass(60_000)
  await block()
  expect(network.wallMs()).toBe(trueMs())
  expect(told).toEqual([expect.closeTo(DAY_MS, -4), 'right'])
})

test('a clock that is set while the chain stands still waits for a block, and is right again by it', async () => {
  const { network, told, own, trueMs, block, pass } = setup(DAY_MS)
  await block()
  await pass(60_000)
  await block()
  own.jump(-DAY_MS)
  await block({ isNew: false })
  expect(told).toHaveLength(1)
  await pass(60_000)
  await block()
  expect(network.wallMs()).toBe(trueMs())
  expect(told[1]).toBe('right')
})

test('a chain that stands still for hours, and goes on, blames no clock', async () => {
  const { network, told, trueMs, block, pass } = setup()
  await pass(7_200_000)
  await block({ isNew: false })
  await pass(7_200_000)
  await block({ isNew: false })
  await block()
  await pass(60_000)
  await block()
  expect(network.wallMs()).toBe(trueMs())
  expect(told).toEqual([])
})

test('a node that catches up with blocks of long ago blames no clock', async () => {
  const { network, told, trueMs, see, pass } = setup()
  for (let hour = 20; hour >= 0; hour -= 1) {
    await see(trueMs() - hour * 3_600_000)
    await pass(2000)
  }
  expect(network.wallMs()).toBe(trueMs())
  expect(told).toEqual([])
})

test('it tells whole milliseconds, as a machine’s clock does, whatever its steady clock tells', () => {
  let steadyMs = 12_345.678_9
  const clock = {
    ...createManualClock(startMs),
    wallMs: () => startMs,
    steadyMs: () => (steadyMs += 0.013),
  }
  const network = createNetworkClock({ clock, onOff: () => {}, onRight: () => {} })
  for (let time = 0; time < 100; time += 1) {
    expect(Number.isInteger(network.wallMs())).toBe(true)
  }
})

/** A machine whose clock is so far off, and a chain that is asked each five seconds. */
function setup(offMs = 0) {
  const manual = createManualClock(startMs)
  let [jumpedMs, number, madeMs] = [offMs, 1n, startMs]
  const own = {
    ...manual,
    wallMs: () => manual.wallMs() + jumpedMs,
    jump: (ms: number) => {
      jumpedMs += ms
    },
  }
  const told: (number | 'right')[] = []
  const network = createNetworkClock({
    clock: own,
    onOff: (ms) => told.push(ms),
    onRight: () => told.push('right'),
  })
  const show = (): void =>
    network.see({ number, seconds: Math.floor(madeMs / 1000) }, manual.steadyMs())
  const see = async (atMs: number): Promise<void> => {
    number += 1n
    madeMs = atMs
    show()
  }
  return {
    network,
    told,
    own,
    see,
    trueMs: manual.wallMs,
    pass: manual.pass,
    block: async ({ isNew = true } = {}) => {
      if (!isNew) return show()
      // The one that is there is asked for, and the next one comes before it is again.
      show()
      await manual.pass(2500)
      await see(manual.wallMs())
    },
  }
}
