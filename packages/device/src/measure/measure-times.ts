import type { PieceName } from '../protocol/measurement.ts'

/** How long a round of each piece works: milliseconds. */
export type MeasureTimes = Readonly<Record<PieceName, number>>

/** Longer ones are disturbed more often, shorter ones hide the way there and back less well. */
export const usualTimes: MeasureTimes = Object.freeze({
  single: 300,
  all: 300,
  memory: 200,
  storage: 200,
})
