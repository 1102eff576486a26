import type { HashRun, MeasureAnswer, MeasureRequest } from '../protocol/measurement.ts'
import { markOf } from './hash-chain.ts'
import { blockOf, proofOf } from './nonce-bytes.ts'

/** Why an answer is none. */
export type Forgery =
  /** It answers another nonce: an older round's, or somebody else's. */
  | 'otherNonce'
  /** It was made for another device. */
  | 'otherDevice'
  /** It is of another piece. */
  | 'otherPiece'
  /** A piece of its chains is not what hashing leads to. */
  | 'wrongChain'
  /** What memory or disk kept is not what follows from nonce and device. */
  | 'wrongBytes'

/**
 * Returns why an answer does not answer a request; nothing where it does, as far as one look tells. Of its chains one piece is
 * repeated, chosen by `random` (from 0 to below 1): whoever leaves out a share of the work is found out with that chance.
 */
export function findForgery(
  answer: MeasureAnswer,
  request: MeasureRequest,
  random: number,
): Forgery | undefined {
  if (answer.nonce !== request.nonce) return 'otherNonce'
  if (answer.device !== request.device) return 'otherDevice'
  if (answer.piece !== request.piece) return 'otherPiece'
  if (answer.piece === 'memory' || answer.piece === 'storage') {
    return answer.proof === proofOf(blockOf(request)) ? undefined : 'wrongBytes'
  }
  return isChain(answer.runs, request, random) ? undefined : 'wrongChain'
}

function isChain(runs: readonly HashRun[], request: MeasureRequest, random: number): boolean {
  const pieces = runs.flatMap(({ marks }, thread) =>
    marks.map((mark, index) => ({ mark, thread, index, before: marks[index - 1] ?? '' })),
  )
  const piece = pieces[Math.floor(random * pieces.length)]
  return piece !== undefined && markOf(request, piece) === piece.mark
}
