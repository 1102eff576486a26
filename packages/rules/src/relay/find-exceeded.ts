/** How often something may be done in any span of so many seconds: in each name's own cases, and how often it may have failed there. */
export type SpanLimits<Name extends string> = {
  readonly spanSeconds: number
  readonly most: Readonly<Record<Name, number>>
  /** From so many failures on no more is done; a name that is left out has no such limit. */
  readonly mostFailed?: Readonly<Partial<Record<Name, number>>>
}

/** Something that was done, or is to be. */
export type Deed<Name extends string> = {
  /** In seconds, by a clock that never falls. */
  readonly at: number
  /** Whose it was, by each name that limits have. */
  readonly by: Readonly<Record<Name, string>>
  readonly hasFailed?: boolean
}

/** The limit that would be exceeded for longest, and when it no longer will be. */
export type Exceeded<Name extends string> = {
  readonly name: Name
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds: number
}

/** Returns which limit a deed would exceed after those that were done before it; nothing where it may be done. */
export function findExceeded<Name extends string>(
  wanted: Deed<Name>,
  before: readonly Deed<Name>[],
  { spanSeconds, most, mostFailed }: SpanLimits<Name>,
): Exceeded<Name> | undefined {
  const recent = before.filter(({ at }) => at > wanted.at - spanSeconds)
  let longest: Exceeded<Name> | undefined
  for (const name of Object.keys(most) as Name[]) {
    const own = recent.filter(({ by }) => by[name] === wanted.by[name])
    const failed = own.filter(({ hasFailed }) => hasFailed === true)
    const freeAt = Math.max(freeFrom(own, most[name]), freeFrom(failed, mostFailed?.[name]))
    if (freeAt === -Infinity) continue
    const retryAfterSeconds = Math.max(1, Math.ceil(freeAt + spanSeconds - wanted.at))
    if (retryAfterSeconds > (longest?.retryAfterSeconds ?? 0)) {
      longest = { name, retryAfterSeconds }
    }
  }
  return longest
}

/** Returns when that was done which has to be out of the span first; never where there is room. */
function freeFrom(deeds: readonly Deed<string>[], most = Infinity): number {
  if (deeds.length < most) return -Infinity
  const times = deeds.map(({ at }) => at).toSorted((a, b) => a - b)
  return times[times.length - most] ?? Infinity
}
