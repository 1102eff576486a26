import { createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import type { Probe, ProbeKind, ProbeOutcome, Probes } from './probe.ts'
import { watchHealth, type HealthReport, type Prober } from './watch-health.ts'

const usual: Omit<Probe, 'handler'> = {
  initialDelayMs: 0,
  periodMs: 10_000,
  timeoutMs: 1000,
  successThreshold: 1,
  failureThreshold: 3,
}
const passed: ProbeOutcome = { passed: true, message: 'HTTP status 200' }
const refused: ProbeOutcome = { passed: false, message: 'HTTP status 500' }

test('is ready once the readiness probe has passed, and not any more once it fails thrice', async () => {
  const { clock, answer, ready, tries } = setup({ readiness: usual })
  answer.readiness = async () => passed
  expect(ready()).toBe(false)
  await clock.pass(0)
  expect(ready()).toBe(true)
  answer.readiness = async () => refused
  await clock.pass(29_000)
  expect([ready(), tries('readiness')]).toEqual([true, [0, 10, 20]])
  await clock.pass(1000)
  expect([ready(), tries('readiness')]).toEqual([false, [0, 10, 20, 30]])
  answer.readiness = async () => passed
  await clock.pass(10_000)
  expect(ready()).toBe(true)
})

test('waits for the initial delay, from the start of the container', async () => {
  const { clock, tries } = setup({ readiness: { ...usual, initialDelayMs: 7000 } })
  await clock.pass(6999)
  expect(tries('readiness')).toEqual([])
  await clock.pass(1)
  expect(tries('readiness')).toEqual([7])
})

test('asks nothing else before the startup probe has passed, and that one never after', async () => {
  const { clock, answer, reports, tries } = setup({
    startup: { ...usual, periodMs: 2000, failureThreshold: 10 },
    liveness: { ...usual, initialDelayMs: 3000 },
    readiness: usual,
  })
  answer.startup = async () => refused
  answer.liveness = async () => passed
  answer.readiness = async () => passed
  await clock.pass(5000)
  expect(tries('liveness').concat(tries('readiness'))).toEqual([])
  expect(reports.at(-1)).toMatchObject({ isStarted: false, isReady: false })
  answer.startup = async () => passed
  await clock.pass(21_000)
  expect(tries('startup')).toEqual([0, 2, 4, 6])
  expect(tries('liveness')).toEqual([6, 16, 26])
  expect(tries('readiness')).toEqual([6, 16, 26])
  expect(reports.at(-1)).toMatchObject({ isStarted: true, isReady: true })
})

test.each(['startup', 'liveness'] as const)(
  'says that the container has to be restarted once the %s probe fails thrice, and ends',
  async (kind) => {
    const { clock, answer, reports, watching } = setup({ [kind]: usual, readiness: usual })
    answer[kind] = async () => refused
    await clock.pass(20_000)
    expect(reports.at(-1)).toMatchObject({ failed: kind, attempt: { kind, ...refused } })
    await watching
    const count = reports.length
    await clock.pass(60_000)
    expect(reports).toHaveLength(count)
  },
)

test('takes no answer in time, and a prober that fails, for a failure', async () => {
  const { clock, answer, reports } = setup({ liveness: { ...usual, failureThreshold: 5 } })
  let aborted = false
  answer.liveness = (signal) => {
    signal.addEventListener('abort', () => (aborted = true))
    return new Promise(() => {})
  }
  await clock.pass(1000)
  expect(aborted).toBe(true)
  expect(reports.at(-1)?.attempt?.message).toBe('no answer within 1000 ms')
  answer.liveness = () => Promise.reject(new Error('connect ECONNREFUSED'))
  await clock.pass(9000)
  expect(reports.at(-1)?.attempt).toMatchObject({ passed: false, message: 'connect ECONNREFUSED' })
})

test('ends with the signal, whatever it waits for', async () => {
  const { clock, stop, watching, reports } = setup({ startup: usual, liveness: usual })
  await clock.pass(0)
  const count = reports.length
  stop()
  await watching
  expect(reports).toHaveLength(count)
})

type Answers = Partial<Record<ProbeKind, (signal: AbortSignal) => Promise<ProbeOutcome>>>

function setup(wanted: Readonly<Partial<Record<ProbeKind, Omit<Probe, 'handler'>>>>) {
  const clock = createManualClock()
  const abort = new AbortController()
  const answer: Answers = {}
  const asked: { readonly kind: string; readonly atMs: number }[] = []
  const reports: HealthReport[] = []
  const probes: Probes = Object.fromEntries(
    Object.entries(wanted).map(([kind, probe]) => [
      kind,
      { ...probe, handler: { type: 'exec', command: [kind] } },
    ]),
  )
  const prober: Prober = (handler, signal) => {
    const kind = handler.type === 'exec' ? (handler.command[0] as ProbeKind) : 'startup'
    asked.push({ kind, atMs: clock.steadyMs() })
    return answer[kind]?.(signal) ?? Promise.resolve(refused)
  }
  const watching = watchHealth({ probes, prober, clock, signal: abort.signal }, (report) =>
    reports.push(report),
  )
  return {
    clock,
    answer,
    reports,
    watching,
    stop: () => abort.abort(),
    ready: () => reports.at(-1)?.isReady,
    /** The seconds at which a probe was tried. */
    tries: (kind: ProbeKind) =>
      asked.filter((one) => one.kind === kind).map(({ atMs }) => atMs / 1000),
  }
}
