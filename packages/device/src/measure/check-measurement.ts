import type { HashRun, Measurement, MeasureRequest } from '../protocol/measurement.ts'
import { startOfChain, STEPS_PER_MARK, walkChain } from './hash-chain.ts'

/**
 * Whether a measurement answers this request, and one piece of its chains, chosen by `random` (from 0 to below 1), is what
 * hashing leads to. Whoever leaves out a share of the work is found out with that chance.
 */
export function isMeasured(
  measurement: Measurement,
  { nonce, device }: MeasureRequest,
  random: number,
): boolean {
  if (measurement.nonce !== nonce || measurement.device !== device) return false
  const chains: readonly HashRun[] = [measurement.single, ...measurement.all]
  const pieces = chains.flatMap(({ marks }, thread) => marks.map((_, index) => ({ thread, index })))
  const piece = pieces[Math.floor(random * pieces.length)]
  if (piece === undefined) return false
  const marks = chains[piece.thread]?.marks ?? []
  const before = marks[piece.index - 1]
  const from =
    before === undefined ? startOfChain(measurement, piece.thread) : Buffer.from(before, 'hex')
  return walkChain(from, STEPS_PER_MARK).toString('hex') === marks[piece.index]
}
