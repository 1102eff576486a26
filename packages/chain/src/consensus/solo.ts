import type { Block } from '@ethereumjs/block'
import type { Clock } from '@nexqloud/kernel'

import type { BlockApplication } from './block-application.ts'
import { timeAfter } from './block-rules.ts'

/** How often blocks are made. */
export type SoloPace = {
  /** Least time between two blocks with transactions. */
  readonly leastMs: number
  /** So long after a quiet second a block waits for what is sent along with the first of its transactions. */
  readonly gatherMs: number
  /** An empty block is made after so long without any. */
  readonly heartbeatMs: number
}

/** What the sequencer stands on. */
export type SoloParts = {
  readonly application: BlockApplication
  readonly head: () => Block
  /** Whether a transaction could go into a block. */
  readonly hasWork: () => boolean
  /** Calls the listener when a transaction has come; returns how to end that. */
  readonly onWork: (listener: () => void) => () => void
  readonly clock: Clock
  readonly pace: SoloPace
}

/**
 * A block a second: the finest that block times, in whole seconds and rising, can follow. What one sender sends at once comes within a few milliseconds; in one block it costs
 * less to execute than in two, and is there a second sooner.
 */
export const paceByDefault: SoloPace = { leastMs: 1000, gatherMs: 20, heartbeatMs: 60_000 }

/**
 * Makes blocks until the signal aborts, with nobody else to ask: soon when there is work after a quiet second, and an
 * empty one now and then. Work of which nothing can be executed makes an empty one too, so that it is decided and goes. When the signal aborts, a block that is being written is finished; a proposal is left, since
 * nothing has been decided and what it was made of still waits.
 *
 * @throws where a block could not be made or written; nothing is acknowledged after that.
 */
export async function runSolo(parts: SoloParts, signal: AbortSignal): Promise<void> {
  const { application, head, hasWork, clock, pace } = parts
  let [madeMs, earliestMs] = [clock.steadyMs(), clock.steadyMs()]
  while (!signal.aborted) {
    if (!hasWork()) {
      await waitForWork(parts, { untilMs: madeMs + pace.heartbeatMs, signal })
      if (hasWork()) earliestMs = Math.max(earliestMs, clock.steadyMs() + pace.gatherMs)
    }
    await clock.delay(earliestMs - clock.steadyMs(), signal)
    if (signal.aborted) return
    const isDue = clock.steadyMs() - madeMs >= pace.heartbeatMs
    if (!hasWork() && !isDue) continue
    const time = timeAfter(head(), clock.wallMs())
    const payload = await untilAborted(application.prepareProposal(time), signal)
    if (payload === undefined) return
    await application.finalizeBlock(payload)
    await application.commit()
    madeMs = clock.steadyMs()
    earliestMs = madeMs + pace.leastMs
  }
}

/** Resolves with nothing where the signal aborts first. */
async function untilAborted<Result>(
  action: Promise<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
  // Nobody waits for it any more once the signal has aborted.
  action.catch(() => {})
  const aborted = Promise.withResolvers<undefined>()
  const end = (): void => aborted.resolve(undefined)
  signal.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([action, aborted.promise])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** Resolves when there is work, when the time has come, or when the signal aborts. */
async function waitForWork(
  { onWork, clock }: SoloParts,
  { untilMs, signal }: { readonly untilMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const work = new AbortController()
  const end = onWork(() => work.abort())
  try {
    await clock.delay(
      Math.max(0, untilMs - clock.steadyMs()),
      AbortSignal.any([signal, work.signal]),
    )
  } finally {
    end()
  }
}
