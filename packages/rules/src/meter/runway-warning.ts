/** Seconds that an account lasts for at which its tenant is told, from the earliest on: 7 days, a day, an hour. */
export const runwayThresholds = [604_800, 86_400, 3600] as const

/** A quarter more than a threshold makes it news again: what opens and closes around one does not. */
const RENEWED_PERCENT = 125

/** Which threshold a tenant was told of last; nothing where that is over. */
export type ToldThreshold = number | undefined

/** What is to be told, and what is told then. */
export type RunwayWarning = {
  /** The threshold that has just been passed; nothing where there is no news. */
  readonly warn: number | undefined
  readonly told: ToldThreshold
}

/** Returns what is to be told of an account that lasts so long: each threshold once, and again after a top-up. `runway` is undefined where nothing runs. */
export function runwayWarning(runway: number | undefined, told: ToldThreshold): RunwayWarning {
  const kept = stillTold(runway, told)
  const passed = runwayThresholds.findLast((threshold) => (runway ?? Infinity) < threshold)
  if (passed === undefined || (kept !== undefined && kept <= passed)) {
    return { warn: undefined, told: kept }
  }
  return { warn: passed, told: passed }
}

/** The largest threshold up to what was told that the runway is not far above. */
function stillTold(runway: number | undefined, told: ToldThreshold): ToldThreshold {
  if (told === undefined || runway === undefined) return told
  return runwayThresholds.findLast(
    (threshold) => threshold >= told && runway * 100 < threshold * RENEWED_PERCENT,
  )
}
