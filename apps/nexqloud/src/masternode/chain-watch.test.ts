import { createManualClock } from '@nexqloud/kernel'
import type { OwnHappening } from '@nexqloud/masternode'
import { expect, onTestFinished, test } from 'vitest'

import { createChainWatch, type ChainWatchParts } from './chain-watch.ts'

const startMs = Date.parse('2026-11-26T12:00:00Z')
const DAY_MS = 86_400_000

test('a masternode whose clock is a day ahead goes by the chain after a block, and blames itself once', async () => {
  const { watch, trueMs, told, start, pass } = setup({ offMs: DAY_MS })
  await watch.look()
  start()
  await pass(300)
  expect(Math.abs(watch.clock.wallMs() - trueMs())).toBeLessThan(10_000)
  expect(told.map(({ cause }) => cause)).toEqual(['ClockOff'])
  expect(told[0]?.message).toMatchInlineSnapshot(
    `"The clock of this masternode's machine is some 24 hours ahead of the chain's: it goes by the chain's, and no device is to blame. Let it be set by the network (NTP)."`,
  )
})

test('what goes by the clock waits for a block that was made meanwhile', async () => {
  const { watch, start, pass } = setup({ offMs: DAY_MS })
  let isProven = false
  void watch.untilProven(new AbortController().signal).then(() => (isProven = true))
  start()
  await pass(58)
  expect(isProven).toBe(false)
  await pass(5)
  expect(isProven).toBe(true)
})

test('one whose clock is behind knows it before it begins', async () => {
  const { watch, told, trueMs, start, pass } = setup({ offMs: -DAY_MS })
  await watch.look()
  expect(Math.abs(watch.clock.wallMs() - trueMs())).toBeLessThan(60_000)
  start()
  await pass(120)
  expect(told.map(({ cause }) => cause)).toEqual(['ClockOff'])
})

test('a chain that is away for ten minutes is one line, and no clock is blamed', async () => {
  const { told, start, pass, setAway } = setup({ offMs: 0 })
  start()
  await pass(90)
  setAway(true)
  await pass(600)
  expect(told).toEqual([])
  setAway(false)
  await pass(90)
  expect(told).toHaveLength(1)
  expect(told[0]?.message).toMatchInlineSnapshot(
    `"The chain was not reached from 2026-11-26T12:01:35.000Z until 2026-11-26T12:11:35.000Z: devices stayed as they were known, and nothing was measured or posted. connect ECONNREFUSED 127.0.0.1:8545"`,
  )
})

/** A machine whose clock is off, and a chain that makes a block a minute. */
function setup({ offMs }: { readonly offMs: number }) {
  const manual = createManualClock(startMs)
  let isAway = false
  const client = {
    getBlock: async () => {
      if (isAway) throw new Error('connect ECONNREFUSED 127.0.0.1:8545')
      const minutes = BigInt(Math.floor(manual.wallMs() / 60_000))
      return { number: minutes, timestamp: minutes * 60n }
    },
  } as unknown as ChainWatchParts['client']
  const watch = createChainWatch({
    client,
    clock: { ...manual, wallMs: () => manual.wallMs() + offMs },
    log: { warn: () => {} },
  })
  const told: OwnHappening[] = []
  const over = new AbortController()
  onTestFinished(() => over.abort())
  return {
    watch,
    told,
    trueMs: manual.wallMs,
    start: () => void watch.run((happening) => told.push(happening), over.signal),
    pass: (seconds: number) => manual.pass(seconds * 1000),
    setAway: (away: boolean) => {
      isAway = away
    },
  }
}
