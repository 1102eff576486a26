import type { Clock } from '@nexqloud/kernel'

import { PartFailedError } from './errors.ts'
import { logFileOf, type Part, type PartRun, type StartPart } from './part.ts'

/** What supervising takes. */
export type SupervisorParts = {
  readonly start: StartPart
  readonly clock: Clock
  /** A part ended by itself, and is started again after so long. */
  readonly onRestart: (name: string, how: string, delayMs: number) => void
}

/** A part that is kept running. */
export type Supervised = {
  /** The process of now. */
  readonly pid: () => number | undefined
  /** Ends it in order; resolves once it is gone. */
  readonly stop: () => Promise<void>
}

/** What has to be true of a part before it counts as started. */
export type Readiness = {
  /** Looks once, for the process of this id. */
  readonly isReady: (pid: number) => Promise<boolean>
  /** So long it may take: milliseconds. */
  readonly withinMs: number
}

/** Between two looks whether a part is ready. */
const LOOK_MS = 100
/** A part that ran so long is started again after the least delay. */
const STABLE_MS = 60_000
const LEAST_DELAY_MS = 1000
const MOST_DELAY_MS = 30_000
/** What does not end after it was asked to is killed. */
const GRACE_MS = 15_000

/**
 * Starts a part and returns once it is ready; from then on it is started again whenever it ends, later each time.
 *
 * @throws {@link PartFailedError} where it ends before it is ready, or takes too long; the signal's reason where that aborts.
 */
export async function supervise(
  parts: SupervisorParts,
  part: Part,
  { signal, ...readiness }: Readiness & { readonly signal: AbortSignal },
): Promise<Supervised> {
  let run = parts.start(part)
  try {
    await untilReady(parts, { part, run }, { ...readiness, signal })
  } catch (failure) {
    await endRun(parts, run)
    throw failure
  }
  const stopping = new AbortController()
  const keeping = keep(parts, part, {
    first: run,
    signal: stopping.signal,
    onRun: (next) => {
      run = next
    },
  })
  return {
    pid: () => run.pid,
    stop: async () => {
      stopping.abort()
      await endRun(parts, run)
      await keeping
    },
  }
}

async function untilReady(
  { clock }: SupervisorParts,
  { part, run }: { readonly part: Part; readonly run: PartRun },
  { isReady, withinMs, signal }: Readiness & { readonly signal: AbortSignal },
): Promise<void> {
  let how: string | undefined
  const note = async (): Promise<void> => {
    how = await run.ended
  }
  void note()
  const untilMs = clock.steadyMs() + withinMs
  while (!(run.pid !== undefined && (await isReady(run.pid)))) {
    signal.throwIfAborted()
    if (how !== undefined) throw new PartFailedError(part.name, { how, log: logFileOf(part) })
    if (clock.steadyMs() > untilMs) {
      const late = `was not ready within ${withinMs / 1000} s`
      throw new PartFailedError(part.name, { how: late, log: logFileOf(part) })
    }
    await clock.delay(LOOK_MS, signal)
  }
}

type Keeping = {
  readonly first: PartRun
  readonly signal: AbortSignal
  readonly onRun: (run: PartRun) => void
}

async function keep(
  { start, clock, onRestart }: SupervisorParts,
  part: Part,
  { first, signal, onRun }: Keeping,
): Promise<void> {
  let [run, startedMs, delayMs] = [first, clock.steadyMs(), LEAST_DELAY_MS]
  for (;;) {
    const how = await run.ended
    if (signal.aborted) return
    if (clock.steadyMs() - startedMs >= STABLE_MS) delayMs = LEAST_DELAY_MS
    onRestart(part.name, how, delayMs)
    await clock.delay(delayMs, signal)
    if (signal.aborted) return
    delayMs = Math.min(MOST_DELAY_MS, delayMs * 2)
    startedMs = clock.steadyMs()
    run = startAgain(start, part)
    onRun(run)
  }
}

async function endRun({ clock }: SupervisorParts, run: PartRun): Promise<void> {
  const gone = new AbortController()
  void run.ended.then(() => gone.abort())
  run.end()
  await clock.delay(GRACE_MS, gone.signal)
  if (!gone.signal.aborted) run.kill()
  await run.ended
}

/** What cannot be started now, since the disk is full, say, is tried again as what has ended. */
function startAgain(start: StartPart, part: Part): PartRun {
  try {
    return start(part)
  } catch (failure) {
    const how = failure instanceof Error ? failure.message : String(failure)
    return { pid: undefined, ended: Promise.resolve(how), end: () => {}, kill: () => {} }
  }
}
