import type { Probe, ProbeKind, Probes } from './probe.ts'

/** What a probe says after its last attempts. */
export type ProbeResult = 'unknown' | 'success' | 'failure'

/** Where each probe begins, whether it waits for the startup probe, and what its failure means (k8s.io prober). */
export const probeKinds = {
  startup: { initial: 'unknown', waitsForStartup: false, onFailure: 'restart' },
  liveness: { initial: 'success', waitsForStartup: true, onFailure: 'restart' },
  readiness: { initial: 'failure', waitsForStartup: true, onFailure: 'unready' },
} as const satisfies Record<
  ProbeKind,
  {
    readonly initial: ProbeResult
    readonly waitsForStartup: boolean
    readonly onFailure: 'restart' | 'unready'
  }
>

/** Which way a result goes once as many attempts in a row as its threshold ended alike. */
const transitions = {
  unknown: { pass: 'success', fail: 'failure' },
  success: { pass: 'success', fail: 'failure' },
  failure: { pass: 'success', fail: 'failure' },
} as const satisfies Record<ProbeResult, Record<'pass' | 'fail', ProbeResult>>

/** A probe's result, and the attempts in a row that ended alike. */
export type ProbeState = {
  readonly result: ProbeResult
  readonly lastPassed?: boolean
  readonly alike: number
}

/** What all probes of a container say together. */
export type Health = {
  /** Whether its startup probe has passed, or there is none. */
  readonly isStarted: boolean
  /** Whether it may be sent requests. */
  readonly isReady: boolean
  /** The probe that says it has to be restarted. */
  readonly failed?: 'startup' | 'liveness'
}

/** The states of a container's probes. */
export type ProbeStates = Readonly<Partial<Record<ProbeKind, ProbeState>>>

/** Returns the states of probes of which none was tried. */
export function startProbes(probes: Probes): ProbeStates {
  const kinds = Object.keys(probes) as readonly ProbeKind[]
  return Object.fromEntries(
    kinds.map((kind) => [kind, { result: probeKinds[kind].initial, alike: 0 }]),
  )
}

/** Returns a probe's state after one more attempt. */
export function nextProbeState(
  state: ProbeState,
  passed: boolean,
  { successThreshold, failureThreshold }: Pick<Probe, 'successThreshold' | 'failureThreshold'>,
): ProbeState {
  const alike = state.lastPassed === passed ? state.alike + 1 : 1
  const isEnough = alike >= (passed ? successThreshold : failureThreshold)
  const result = isEnough ? transitions[state.result][passed ? 'pass' : 'fail'] : state.result
  return { result, lastPassed: passed, alike }
}

/** Returns what the probes of a container that runs say together. */
export function healthOf({ startup, liveness, readiness }: ProbeStates): Health {
  const isStarted = startup === undefined || startup.result === 'success'
  const isReady = isStarted && (readiness === undefined || readiness.result === 'success')
  if (startup?.result === 'failure') return { isStarted, isReady, failed: 'startup' }
  if (isStarted && liveness?.result === 'failure') return { isStarted, isReady, failed: 'liveness' }
  return { isStarted, isReady }
}
