import fc from 'fast-check'
import { expect, test } from 'vitest'

import { BACK_OFF, createRestartState, decideRestart } from './restart-policy.ts'

const crash = { termination: { reason: 'Error', exitCode: 1 }, ranMs: 1000 } as const

test('starts at once, then after 10 s, doubled up to 5 minutes', () => {
  expect(delaysOf(Array.from({ length: 9 }, () => 1000))).toEqual([
    0, 10, 20, 40, 80, 160, 300, 300, 300,
  ])
})

test('begins anew after a run of 10 minutes', () => {
  expect(delaysOf([1000, 1000, 1000, 599_999, 600_000, 1000])).toEqual([0, 10, 20, 40, 0, 10])
})

test.each([
  ['Always', 'Completed', 'start'],
  ['Always', 'Error', 'start'],
  ['OnFailure', 'Completed', 'stay'],
  ['OnFailure', 'OOMKilled', 'start'],
  ['OnFailure', 'StartError', 'start'],
  ['Never', 'Error', 'stay'],
] as const)('%s after %s: %s', (policy, reason, action) => {
  const run = { termination: { reason, exitCode: 1 }, ranMs: 0 }
  expect(decideRestart(policy, run, createRestartState()).action).toBe(action)
})

test('says why it waits', () => {
  const decision = decideRestart('Always', crash, { restarts: 3, nextDelayMs: 40_000 })
  expect(decision).toMatchObject({
    waiting: {
      reason: 'CrashLoopBackOff',
      message: 'Starts again 40 s after its end: Error, exit code 1.',
    },
    state: { restarts: 4, nextDelayMs: 80_000 },
  })
})

test('never waits longer than the most, nor less than before without a long run', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(BACK_OFF.forgivenAfterMs - 1), { minLength: 2 }), (runs) => {
      const delays = delaysOf(runs)
      expect(delays.every((delay, at) => at === 0 || delay >= (delays[at - 1] ?? 0))).toBe(true)
      expect(Math.max(...delays)).toBeLessThanOrEqual(BACK_OFF.mostMs / 1000)
    }),
  )
})

/** Returns the seconds before each start, of a container whose runs took so long. */
function delaysOf(runs: readonly number[]): readonly number[] {
  let state = createRestartState()
  return runs.map((ranMs) => {
    const decision = decideRestart('Always', { ...crash, ranMs }, state)
    if (decision.action === 'stay') throw new Error('It stays.')
    state = decision.state
    return decision.afterMs / 1000
  })
}
