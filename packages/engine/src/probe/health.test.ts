import fc from 'fast-check'
import { expect, test } from 'vitest'

import { healthOf, nextProbeState, startProbes, type ProbeState } from './health.ts'

const unknown: ProbeState = { result: 'unknown', alike: 0 }

/** Attempts: `+` passed, `-` did not; what the result is after each. */
test.each([
  ['+', { successThreshold: 1, failureThreshold: 3 }, 'success'],
  ['--', { successThreshold: 1, failureThreshold: 3 }, 'unknown unknown'],
  ['---', { successThreshold: 1, failureThreshold: 3 }, 'unknown unknown failure'],
  [
    '--+--',
    { successThreshold: 2, failureThreshold: 3 },
    'unknown unknown unknown unknown unknown',
  ],
  ['-++-', { successThreshold: 2, failureThreshold: 1 }, 'failure failure success failure'],
  ['+--+', { successThreshold: 1, failureThreshold: 2 }, 'success success failure success'],
])('%s with %j is %s', (attempts, thresholds, wanted) => {
  let state = unknown
  const results = attempts.split('').map((attempt) => {
    state = nextProbeState(state, attempt === '+', thresholds)
    return state.result
  })
  expect(results.join(' ')).toBe(wanted)
})

const attempts = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 })
const threshold = fc.integer({ min: 1, max: 5 })

test('a result is what the last run of attempts that reached its threshold said', () => {
  fc.assert(
    fc.property(attempts, threshold, threshold, (passes, successThreshold, failureThreshold) => {
      const thresholds = { successThreshold, failureThreshold }
      const state = passes.reduce(
        (before, pass) => nextProbeState(before, pass, thresholds),
        unknown,
      )
      expect(state.result).toBe(lastRun(passes, thresholds))
    }),
  )
})

test('a container without probes is started and ready', () => {
  expect(healthOf(startProbes({}))).toEqual({ isStarted: true, isReady: true })
})

const [success, failure] = [
  { result: 'success', alike: 1 },
  { result: 'failure', alike: 1 },
] as const

test.each([
  [
    { startup: unknown, readiness: success },
    { isStarted: false, isReady: false },
  ],
  [
    { startup: success, readiness: success },
    { isStarted: true, isReady: true },
  ],
  [{ readiness: failure }, { isStarted: true, isReady: false }],
  [{ startup: failure }, { isStarted: false, isReady: false, failed: 'startup' }],
  [{ liveness: failure }, { isStarted: true, isReady: true, failed: 'liveness' }],
  [
    { startup: unknown, liveness: failure },
    { isStarted: false, isReady: false },
  ],
] as const)('%j means %j', (states, health) => {
  expect(healthOf(states)).toEqual(health)
})

function lastRun(
  passes: readonly boolean[],
  { successThreshold, failureThreshold }: { successThreshold: number; failureThreshold: number },
): string {
  for (let end = passes.length; end > 0; end -= 1) {
    const pass = passes[end - 1]
    const start = passes.slice(0, end).findLastIndex((one) => one !== pass) + 1
    const length = end - start
    if (length >= (pass === true ? successThreshold : failureThreshold)) {
      return pass === true ? 'success' : 'failure'
    }
  }
  return 'unknown'
}
