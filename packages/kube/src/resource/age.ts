const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

type Unit = readonly [seconds: number, letter: string]
const s: Unit = [1, 's']
const m: Unit = [MINUTE, 'm']
const h: Unit = [HOUR, 'h']
const d: Unit = [DAY, 'd']
const y: Unit = [YEAR, 'y']

/** Below so many seconds a time is told in these units. Source: k8s.io/apimachinery/pkg/util/duration. */
const steps: readonly (readonly [below: number, Unit, Unit?])[] = [
  [2 * MINUTE, s],
  [10 * MINUTE, m, s],
  [3 * HOUR, m],
  [8 * HOUR, h, m],
  [2 * DAY, h],
  [8 * DAY, d, h],
  [2 * YEAR, d],
  [8 * YEAR, y, d],
  [Number.POSITIVE_INFINITY, y],
]

/** Returns how long ago a time was, as kubectl prints it, e.g. `3d4h`; `<unknown>` where there is none. */
export function ageOf(time: unknown, nowMs: number): string {
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN
  if (Number.isNaN(ms)) return '<unknown>'
  const seconds = Math.max(0, Math.floor((nowMs - ms) / 1000))
  const [, [large, letter], small] = steps.find(([below]) => seconds < below) ?? [0, s]
  const rest = small === undefined ? 0 : Math.floor((seconds % large) / small[0])
  return `${Math.floor(seconds / large)}${letter}${small && rest > 0 ? `${rest}${small[1]}` : ''}`
}
