import type { Termination } from './exit-reason.ts'

/** When a container is started again, in Kubernetes' words. */
export type RestartPolicy = 'Always' | 'OnFailure' | 'Never'

/** The times of the back-off, in milliseconds (Kubernetes: kubelet's `MaxContainerBackOff`). */
export const BACK_OFF = {
  firstMs: 10_000,
  factor: 2,
  mostMs: 300_000,
  /** One that ran so long begins again without delay. */
  forgivenAfterMs: 600_000,
} as const

/** What is remembered from one end to the next. */
export type RestartState = {
  readonly restarts: number
  /** The delay before the next start; 0 for the first one. */
  readonly nextDelayMs: number
}

/** How a run ended, and how long it was. */
export type EndedRun = { readonly termination: Termination; readonly ranMs: number }

/** What follows from the end of a run. */
export type RestartDecision =
  | { readonly action: 'stay' }
  | {
      readonly action: 'start'
      readonly afterMs: number
      /** What is shown meanwhile, once there is a delay. */
      readonly waiting?: { readonly reason: 'CrashLoopBackOff'; readonly message: string }
      readonly state: RestartState
    }

/** Returns the state of a container that has not ended yet. */
export function createRestartState(): RestartState {
  return { restarts: 0, nextDelayMs: 0 }
}

/** Returns the delay after this one; pulls of images are tried again by it, too. */
export function nextBackOffMs(delayMs: number): number {
  return Math.min(Math.max(BACK_OFF.firstMs, delayMs * BACK_OFF.factor), BACK_OFF.mostMs)
}

/**
 * Returns whether a container that ended is started again, and when: at once the first time, then after 10 seconds,
 * doubled each time up to 5 minutes, until it has run for 10 minutes.
 */
export function decideRestart(
  policy: RestartPolicy,
  { termination, ranMs }: EndedRun,
  state: RestartState,
): RestartDecision {
  const hasFailed = termination.reason !== 'Completed'
  if (policy === 'Never' || (policy === 'OnFailure' && !hasFailed)) return { action: 'stay' }
  const afterMs = ranMs >= BACK_OFF.forgivenAfterMs ? 0 : state.nextDelayMs
  return {
    action: 'start',
    afterMs,
    ...(afterMs > 0 && { waiting: explainWait(afterMs, termination) }),
    state: { restarts: state.restarts + 1, nextDelayMs: nextBackOffMs(afterMs) },
  }
}

function explainWait(afterMs: number, { reason, exitCode }: Termination) {
  const message = `Starts again ${afterMs / 1000} s after its end: ${reason}, exit code ${exitCode}.`
  return { reason: 'CrashLoopBackOff', message } as const
}
