/** Which of the failures that come again and again are told. Times are milliseconds of the steady clock. */
export type Repeats = {
  /** Returns how many of a kind were left out since the last one that was told; nothing where this one is left out, too. */
  readonly count: (kind: string, nowMs: number) => number | undefined
}

/** The second one is told after so long, each next one after twice the time: milliseconds. */
const FIRST_MS = 60_000
/** It is told at least so often. */
const MOST_MS = 3_600_000
/** What does not come for so long is over. */
const OVER_MS = 60_000
/** Kinds that are remembered; what strangers do may be of any number of kinds. */
const MOST_KINDS = 1000

type Kind = { toldMs: number; seenMs: number; waitMs: number; leftOut: number }

/** Returns a memory of nothing. A chain that is away for ten minutes fails 120 times, and is told four times. */
export function createRepeats(): Repeats {
  const kinds = new Map<string, Kind>()

  function begin(kind: string, nowMs: number): number {
    if (kinds.size >= MOST_KINDS) kinds.clear()
    kinds.set(kind, { toldMs: nowMs, seenMs: nowMs, waitMs: FIRST_MS, leftOut: 0 })
    return 0
  }

  return {
    count: (name, nowMs) => {
      const kind = kinds.get(name)
      if (kind === undefined || nowMs - kind.seenMs >= OVER_MS) return begin(name, nowMs)
      kind.seenMs = nowMs
      if (nowMs - kind.toldMs < kind.waitMs) {
        kind.leftOut += 1
        return undefined
      }
      const { leftOut } = kind
      kind.toldMs = nowMs
      kind.waitMs = Math.min(MOST_MS, kind.waitMs * 2)
      kind.leftOut = 0
      return leftOut
    },
  }
}
