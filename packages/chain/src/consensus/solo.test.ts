import { Block, createBlockHeader } from '@ethereumjs/block'
import { expect, test } from 'vitest'

import { createManualClock, settle } from '../../test/manual-clock.ts'
import type { ExecutionPayload } from '../execution/execution-engine.ts'
import { runSolo } from './solo.ts'

const START = 1_700_000_000

test('makes a block soon when there is work after a quiet second, of all that is sent along with it', async () => {
  const { clock, send, times, prepared, stop } = setup({ gatherMs: 20 })
  await clock.pass(5000)
  send(1)
  await settle()
  await clock.pass(10)
  send(1)
  await clock.pass(10)
  expect([times(), prepared()]).toEqual([[START + 5], 1])
  await clock.pass(10_000)
  expect(times()).toEqual([START + 5])
  await stop()
})

test('makes one block a second while work keeps coming', async () => {
  const { clock, send, times, stop } = setup()
  for (let step = 0; step < 31; step += 1) {
    send(1)
    await clock.pass(100)
  }
  expect(times()).toEqual([0, 1, 2, 3].map((second) => START + second))
  await stop()
})

test('makes no empty block but the heartbeat', async () => {
  const { clock, times, stop } = setup()
  await clock.pass(59_000)
  expect(times()).toEqual([])
  await clock.pass(1000)
  expect(times()).toEqual([START + 60])
  await clock.pass(59_000)
  expect(times()).toHaveLength(1)
  await stop()
})

test('a clock that jumps back an hour never dates a block before its parent', async () => {
  const { clock, send, times, stop } = setup()
  send(1)
  await settle()
  clock.setWall((START - 3600) * 1000)
  for (let second = 0; second < 3; second += 1) {
    send(1)
    await clock.pass(1000)
  }
  expect(times()).toEqual([START, START + 1, START + 2, START + 3])
  await stop()
})

test('a clock that jumps an hour ahead and back dates blocks ever later, and makes them as often', async () => {
  const { clock, send, times, stop } = setup()
  for (const jump of [0, 3600, 0, 3600]) {
    clock.setWall((START + jump) * 1000)
    for (let second = 0; second < 2; second += 1) {
      send(1)
      await clock.pass(1000)
    }
  }
  expect(times()).toHaveLength(8)
  expect(times().every((time, index) => time > (times()[index - 1] ?? 0))).toBe(true)
  expect(times().at(-1)).toBeLessThan(START + 3600 + 8)
  await stop()
})

test('work that comes to nothing makes one empty block, and does not come again', async () => {
  const { clock, send, times, prepared, stop } = setup({ isRefused: true })
  send(1)
  await clock.pass(0)
  await clock.pass(10_000)
  expect(times()).toEqual([START])
  expect(prepared()).toBe(1)
  await stop()
})

test('finishes the block that is under way when it has to stop', async () => {
  const { clock, send, times, stop } = setup({ commitMs: 500 })
  send(1)
  await clock.pass(0)
  const stopped = stop()
  await clock.pass(500)
  await stopped
  expect(times()).toEqual([START])
})

test('leaves a proposal that takes long when it has to stop, and decides nothing', async () => {
  const { clock, send, times, stop } = setup({ prepareMs: 60_000 })
  send(1)
  await clock.pass(0)
  await stop()
  await clock.pass(60_000)
  expect(times()).toEqual([])
})

test('ends with the failure of a write', async () => {
  const { send, ended } = setup({ failure: new Error('disk') })
  send(1)
  await expect(ended).rejects.toThrow('disk')
})

type Trouble = {
  readonly gatherMs?: number
  readonly isRefused?: boolean
  readonly failure?: Error
  readonly prepareMs?: number
  readonly commitMs?: number
}

/** A sequencer over an application that puts all work into each block, or refuses all of it. */
function setup({
  gatherMs = 0,
  isRefused = false,
  failure,
  prepareMs = 0,
  commitMs = 0,
}: Trouble = {}) {
  const clock = createManualClock(START * 1000)
  const stopping = new AbortController()
  const listeners = new Set<() => void>()
  const dates: number[] = []
  let [work, proposed, proposals] = [0, 0, 0]
  let head = blockAt(START - 1)
  let finalized: ExecutionPayload | undefined
  const ended = runSolo(
    {
      application: {
        prepareProposal: async (time) => {
          proposals += 1
          await clock.delay(prepareMs, new AbortController().signal)
          const transactions = isRefused ? [] : Array.from({ length: work }, () => new Uint8Array())
          proposed = work
          return { timestamp: time, transactions } as unknown as ExecutionPayload
        },
        processProposal: async () => undefined,
        finalizeBlock: async (payload) => {
          finalized = payload
          return '0x'
        },
        commit: async () => {
          if (failure !== undefined) throw failure
          await clock.delay(commitMs, new AbortController().signal)
          work -= proposed
          head = blockAt(Number(finalized?.timestamp))
          dates.push(Number(finalized?.timestamp))
        },
      },
      head: () => head,
      hasWork: () => work > 0,
      onWork: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      clock,
      pace: { leastMs: 1000, gatherMs, heartbeatMs: 60_000 },
    },
    stopping.signal,
  )
  return {
    clock,
    ended,
    times: () => dates,
    prepared: () => proposals,
    send: (count: number) => {
      work += count
      for (const listener of listeners) listener()
    },
    stop: async () => {
      stopping.abort()
      await ended
    },
  }
}

function blockAt(seconds: number): Block {
  return new Block(createBlockHeader({ timestamp: BigInt(seconds) }))
}
