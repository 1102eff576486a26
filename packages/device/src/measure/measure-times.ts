/** How long each piece works. */
export type MeasureTimes = {
  readonly hashMs: number
  readonly copyMs: number
  readonly writeMs: number
}

/** Two seconds in all. */
export const usualTimes: MeasureTimes = Object.freeze({ hashMs: 500, copyMs: 300, writeMs: 500 })
