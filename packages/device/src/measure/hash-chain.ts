import { hash, pbkdf2Sync } from 'node:crypto'

import type { HashRun, MeasureQuestion } from '../protocol/measurement.ts'

/** Between two marks: so much is repeated to check one of them, some milliseconds. */
export const STEPS_PER_MARK = 8192

/** Where in the chains of an answer a piece is. */
export type PiecePlace = {
  readonly thread: number
  /** From 0, which begins at the nonce. */
  readonly index: number
}

/**
 * Returns the mark of a piece that begins at the mark before it. PBKDF2 is made to be no faster in any program than in another; its salt is of
 * this piece alone, so that nothing of a chain can have been made before the nonce was known, or serves twice.
 */
export function walkPiece(
  { nonce, device }: MeasureQuestion,
  { thread, index }: PiecePlace,
  before: string = '',
): string {
  const salt = hash(
    'sha256',
    `nexqloud measurement ${nonce} ${device} ${thread} ${index}`,
    'buffer',
  )
  return pbkdf2Sync(before, salt, STEPS_PER_MARK, 32, 'sha256').toString('hex')
}

/** Makes the chain of a thread for so long, by the steady clock in milliseconds. */
export function runChain(
  question: MeasureQuestion,
  {
    thread,
    forMs,
    nowMs,
  }: { readonly thread: number; readonly forMs: number; readonly nowMs: () => number },
): HashRun {
  const beganMs = nowMs()
  const marks: string[] = []
  do marks.push(walkPiece(question, { thread, index: marks.length }, marks.at(-1)))
  while (nowMs() - beganMs < forMs)
  return { marks, ms: Math.max(1, nowMs() - beganMs) }
}
