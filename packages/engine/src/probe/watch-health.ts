import type { Clock } from '@nexqloud/kernel'

import {
  healthOf,
  nextProbeState,
  probeKinds,
  startProbes,
  type Health,
  type ProbeState,
} from './health.ts'
import type { Probe, ProbeHandler, ProbeKind, ProbeOutcome, Probes } from './probe.ts'

/** Tries a probe once; the signal aborts when its time is over. What it throws counts as not passed. */
export type Prober = (handler: ProbeHandler, signal: AbortSignal) => Promise<ProbeOutcome>

/** What was learnt of a container. */
export type HealthReport = Health & {
  /** Which attempt it was learnt from; none at the beginning. */
  readonly attempt?: ProbeOutcome & { readonly kind: ProbeKind }
}

type WatchOptions = {
  readonly probes: Probes
  readonly prober: Prober
  readonly clock: Clock
  /** Aborts when the container ends: its health is that of one run. */
  readonly signal: AbortSignal
}

/**
 * Probes a container that has just been started, and reports each attempt. Ends with the signal, or once a probe says
 * that the container has to be restarted: the next run is watched anew.
 */
export async function watchHealth(
  { probes, prober, clock, signal }: WatchOptions,
  onReport: (report: HealthReport) => void,
): Promise<void> {
  const startedMs = clock.steadyMs()
  const done = new AbortController()
  const stop = AbortSignal.any([signal, done.signal])
  const started = Promise.withResolvers<void>()
  const states: Partial<Record<ProbeKind, ProbeState>> = startProbes(probes)

  function report(attempt?: HealthReport['attempt']): void {
    const health = healthOf(states)
    if (health.isStarted) started.resolve()
    if (health.failed !== undefined) done.abort()
    onReport({ ...health, ...(attempt !== undefined && { attempt }) })
  }

  async function follow(kind: ProbeKind, probe: Probe): Promise<void> {
    if (probeKinds[kind].waitsForStartup) await Promise.race([started.promise, ended(stop)])
    await clock.delay(probe.initialDelayMs - (clock.steadyMs() - startedMs), stop)
    while (!stop.aborted) {
      const beganMs = clock.steadyMs()
      const outcome = await tryOnce(probe, { prober, clock, stop })
      if (stop.aborted) return
      const before = states[kind] ?? { result: probeKinds[kind].initial, alike: 0 }
      states[kind] = nextProbeState(before, outcome.passed, probe)
      report({ ...outcome, kind })
      // A startup probe is not asked again once it has passed.
      if (kind === 'startup' && states.startup?.result === 'success') return
      await clock.delay(probe.periodMs - (clock.steadyMs() - beganMs), stop)
    }
  }

  report()
  const kinds = Object.entries(probes) as [ProbeKind, Probe][]
  await Promise.all(kinds.map(([kind, probe]) => follow(kind, probe)))
}

type Surroundings = Pick<WatchOptions, 'prober' | 'clock'> & { readonly stop: AbortSignal }

/** Tries once, and gives up when the probe's time is over, whatever the prober does. */
async function tryOnce(
  { handler, timeoutMs }: Probe,
  { prober, clock, stop }: Surroundings,
): Promise<ProbeOutcome> {
  const finished = new AbortController()
  const late = clock.delay(timeoutMs, AbortSignal.any([stop, finished.signal])).then(() => {
    finished.abort()
    return { passed: false, message: `no answer within ${timeoutMs} ms` }
  })
  const attempt = prober(handler, AbortSignal.any([stop, finished.signal])).catch(
    (failure: unknown) => ({
      passed: false,
      message: failure instanceof Error ? failure.message : String(failure),
    }),
  )
  const outcome = await Promise.race([attempt, late])
  finished.abort()
  return outcome
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
