import type { MeasureAnswer, MeasureRequest } from '../protocol/measurement.ts'
import { runChain } from './hash-chain.ts'
import { usualTimes } from './measure-times.ts'
import { blockOf, proofOf } from './nonce-bytes.ts'

/** What an imitated machine is said to be: bytes. */
export type ImitatedMachine = { readonly memoryBytes: number; readonly diskBytes: number }

const MIB = 2 ** 20

/**
 * Returns what a machine that is none answers for a piece: so little of it that a thousand of them can be measured, checked as any other, in the
 * time that a round takes. All of them are alike, and say that they are imitated.
 */
export function imitatePiece(
  { piece, ...question }: MeasureRequest,
  { memoryBytes, diskBytes }: ImitatedMachine,
): MeasureAnswer {
  const asked = { ...question, isImitated: true }
  const ms = usualTimes[piece]
  if (piece === 'single' || piece === 'all') {
    const { marks } = runChain(question, { thread: 0, forMs: 0, nowMs: () => 0 })
    return { ...asked, piece, runs: [{ marks, ms }] }
  }
  const totalBytes = piece === 'memory' ? memoryBytes : diskBytes
  return { ...asked, piece, totalBytes, workedBytes: MIB, ms, proof: proofOf(blockOf(question)) }
}
