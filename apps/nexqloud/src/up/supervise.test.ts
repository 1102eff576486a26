import { createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import type { Part, PartRun } from './part.ts'
import { supervise } from './supervise.ts'

const part: Part = { name: 'chain', program: 'x', args: [], logFolder: '/nowhere' }

test('a part that ends is started again, later each time, and soon again after it ran for long', async () => {
  const { clock, runs, restarts, start } = createScene()
  const supervised = await start()
  for (const ms of [1000, 2000, 4000]) {
    runs.at(-1)?.finish('ended with exit code 1')
    await clock.pass(ms)
  }
  expect(restarts).toEqual([1000, 2000, 4000])
  await clock.pass(60_000)
  runs.at(-1)?.finish('was ended by SIGKILL')
  await clock.pass(1000)
  expect(restarts.at(-1)).toBe(1000)
  expect(runs).toHaveLength(5)
  expect(supervised.pid()).toBe(5)
})

test('a part that cannot be started again for now is tried later', async () => {
  const { clock, runs, restarts, start, failNext } = createScene()
  await start()
  failNext()
  runs[0]?.finish('was ended by SIGKILL')
  await clock.pass(1000)
  await clock.pass(2000)
  expect([restarts, runs.length]).toEqual([[1000, 2000], 2])
})

test('a part that is stopped is not started again, and one that does not end is killed', async () => {
  const { clock, runs, restarts, start } = createScene()
  const supervised = await start()
  const stopped = supervised.stop()
  await clock.pass(0)
  expect(runs[0]?.asked).toEqual(['end'])
  await clock.pass(15_000)
  expect(runs[0]?.asked).toEqual(['end', 'kill'])
  await stopped
  expect([runs.length, restarts]).toEqual([1, []])
})

test('a part that ends before it is ready fails the start, and says where it wrote', async () => {
  const { clock, runs, start } = createScene({ isReady: false })
  const failure = start().catch((error: unknown) => error)
  runs[0]?.finish('ended with exit code 1')
  await clock.pass(200)
  expect(await failure).toMatchObject({
    code: 'UP_PART_FAILED',
    message: 'chain ended with exit code 1',
    hint: expect.stringContaining('/nowhere/chain.log'),
  })
})

test('a part that is not ready in time is ended', async () => {
  const { clock, runs, start } = createScene({ isReady: false, endsWhenAsked: true })
  const failure = start().catch((error: unknown) => error)
  await clock.pass(5200)
  expect(await failure).toMatchObject({ message: 'chain was not ready within 5 s' })
  expect(runs[0]?.asked).toEqual(['end'])
})

type FakeRun = PartRun & {
  readonly asked: string[]
  readonly finish: (how: string) => void
}

function createScene({ isReady = true, endsWhenAsked = false } = {}) {
  const clock = createManualClock()
  const runs: FakeRun[] = []
  const restarts: number[] = []
  let failures = 0
  const failNext = (): void => {
    failures = 1
  }
  const startRun = (): FakeRun => {
    if (failures > 0) {
      failures -= 1
      throw new Error('no space is left')
    }
    const { promise: ended, resolve: finish } = Promise.withResolvers<string>()
    const asked: string[] = []
    const run: FakeRun = {
      pid: runs.length + 1,
      ended,
      asked,
      finish,
      end: () => {
        asked.push('end')
        if (endsWhenAsked) finish('was ended by SIGTERM')
      },
      kill: () => {
        asked.push('kill')
        finish('was ended by SIGKILL')
      },
    }
    runs.push(run)
    return run
  }
  const parts = {
    start: startRun,
    clock,
    onRestart: (_name: string, _how: string, delayMs: number) => void restarts.push(delayMs),
  }
  const { signal } = new AbortController()
  const start = () =>
    supervise(parts, part, { signal, withinMs: 5000, isReady: async () => isReady })
  return { clock, runs, restarts, start, failNext }
}
