/** Lets so many through in a minute on average, and a minute's worth at once. */
export type RateLimit = {
  /** Whether one more of `name` may come now; counts it if so. */
  readonly take: (name: string, perMinute: number) => boolean
}

type Bucket = { level: number; atMs: number }

/** Names that are remembered; a name that is forgotten starts afresh. */
const MOST_NAMES = 20_000

/** Returns a limit that has let nothing through yet; time in milliseconds, from anywhere, never falling. */
export function createRateLimit(nowMs: () => number): RateLimit {
  const buckets = new Map<string, Bucket>()
  return {
    take: (name, perMinute) => {
      const atMs = nowMs()
      const { level, atMs: beforeMs } = buckets.get(name) ?? { level: perMinute, atMs }
      const filled = Math.min(perMinute, level + ((atMs - beforeMs) * perMinute) / 60_000)
      const isFree = filled >= 1
      buckets.delete(name)
      buckets.set(name, { level: isFree ? filled - 1 : filled, atMs })
      const [oldest] = buckets.keys()
      if (buckets.size > MOST_NAMES && oldest !== undefined) buckets.delete(oldest)
      return isFree
    },
  }
}
