import type { MeasureQuestion } from '../protocol/measurement.ts'

/** To the device, or from it. */
export type LineDirection = 'down' | 'up'

/** So many bytes are to go one way: from the device those that follow from the nonce. */
export type LineRequest = MeasureQuestion & {
  readonly direction: LineDirection
  readonly bytes: number
}

/** Of one round: a slow line is not filled for longer than a second, a fast one costs its owner no more than that. */
const LEAST_BYTES = 2 ** 18
export const MOST_LINE_BYTES = 2 ** 23
/** What is written at once. */
export const LINE_PIECE_BYTES = 2 ** 16
/** A line that needs longer for a round counts as none: milliseconds. */
export const LINE_MS = 8000

/** Returns how many bytes take about a second, where the line was so fast the last time (kbit a second; 0 the first time). */
export function nextLineBytes(speed: number): number {
  return Math.min(MOST_LINE_BYTES, Math.max(LEAST_BYTES, Math.round(speed * 125)))
}

/** Returns kbit a second. */
export function lineSpeed(bytes: number, ms: number): number {
  return (bytes * 8) / Math.max(1, ms)
}
