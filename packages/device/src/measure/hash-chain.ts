import { hash } from 'node:crypto'

import type { HashRun, MeasureQuestion } from '../protocol/measurement.ts'

/** Between two marks: so much is repeated to check one of them, some milliseconds. */
export const STEPS_PER_MARK = 4096

/** Where a mark stands. */
export type MarkPlace = {
  readonly thread: number
  /** How many marks of its chain come before it, and the last of those; empty where there is none. */
  readonly index: number
  readonly before: string
}

/**
 * Returns the mark of a place. Each follows from the nonce by itself: where only the first did, a chain that was made long before would differ
 * from an honest one in its first piece alone, which is hardly ever the one that is checked.
 */
export function markOf(
  { nonce, device }: MeasureQuestion,
  { thread, index, before }: MarkPlace,
): string {
  const start = `nexqloud measurement ${nonce} ${device} ${thread} ${index} ${before}`
  let at = hash('sha256', start, 'buffer')
  for (let step = 0; step < STEPS_PER_MARK; step += 1) at = hash('sha256', at, 'buffer')
  return at.toString('hex')
}

/** How long a thread hashes, by the steady clock in milliseconds. */
export type ChainTerms = {
  readonly thread: number
  readonly forMs: number
  readonly nowMs: () => number
}

/** Makes the chain of a thread. */
export function runChain(question: MeasureQuestion, { thread, forMs, nowMs }: ChainTerms): HashRun {
  const beganMs = nowMs()
  const marks: string[] = []
  do {
    marks.push(markOf(question, { thread, index: marks.length, before: marks.at(-1) ?? '' }))
  } while (nowMs() - beganMs < forMs)
  return { marks, ms: Math.max(1, nowMs() - beganMs) }
}
