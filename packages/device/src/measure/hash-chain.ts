import { hash } from 'node:crypto'

import type { HashRun, MeasureQuestion } from '../protocol/measurement.ts'

/** Between two marks: so much is repeated to check one of them, some milliseconds. */
export const STEPS_PER_MARK = 4096

/** Returns where the chain of a thread begins: nobody can have made it before the nonce was known. */
export function startOfChain({ nonce, device }: MeasureQuestion, thread: number): Buffer {
  return hash('sha256', `nexqloud measurement ${nonce} ${device} ${thread}`, 'buffer')
}

/** Returns what so many steps lead to. */
export function walkChain(from: Buffer, steps: number): Buffer {
  let at = from
  for (let step = 0; step < steps; step += 1) at = hash('sha256', at, 'buffer')
  return at
}

/** Makes a chain for so long, by the steady clock in milliseconds. */
export function runChain(
  start: Buffer,
  { forMs, nowMs }: { readonly forMs: number; readonly nowMs: () => number },
): HashRun {
  const beganMs = nowMs()
  const marks: string[] = []
  let at = start
  do {
    at = walkChain(at, STEPS_PER_MARK)
    marks.push(at.toString('hex'))
  } while (nowMs() - beganMs < forMs)
  return { marks, ms: Math.max(1, nowMs() - beganMs) }
}
