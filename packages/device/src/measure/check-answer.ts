import type { HashRun, MeasureAnswer, MeasureRequest } from '../protocol/measurement.ts'
import { walkPiece, type PiecePlace } from './hash-chain.ts'
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
  /** It says that it is made up for an engine in memory, where only machines count. */
  | 'imitated'
  /** What memory or disk kept is not what follows from nonce and device. */
  | 'wrongBytes'

/** Pieces of an answer's chains that are repeated. */
const LOOKS = 2

/**
 * Returns why an answer does not answer a request; nothing where it does, as far as two looks tell. Of its chains two pieces are
 * repeated, chosen by `random` (from 0 to below 1): whoever leaves out a share of the work is found out by each with that chance.
 */
export function findForgery(
  answer: MeasureAnswer,
  request: MeasureRequest,
  random: () => number,
): Forgery | undefined {
  if (answer.nonce !== request.nonce) return 'otherNonce'
  if (answer.device !== request.device) return 'otherDevice'
  if (answer.piece !== request.piece) return 'otherPiece'
  if (answer.piece === 'memory' || answer.piece === 'storage') {
    return answer.proof === proofOf(blockOf(request)) ? undefined : 'wrongBytes'
  }
  return isChain(answer.runs, request, random) ? undefined : 'wrongChain'
}

function isChain(runs: readonly HashRun[], request: MeasureRequest, random: () => number): boolean {
  const pieces = runs.flatMap(({ marks }, thread) => marks.map((_, index) => ({ thread, index })))
  return Array.from({ length: LOOKS }, () => pieces[Math.floor(random() * pieces.length)]).every(
    (piece) => piece !== undefined && isPiece(runs, request, piece),
  )
}

function isPiece(runs: readonly HashRun[], request: MeasureRequest, place: PiecePlace): boolean {
  const marks = runs[place.thread]?.marks ?? []
  return walkPiece(request, place, marks[place.index - 1]) === marks[place.index]
}
