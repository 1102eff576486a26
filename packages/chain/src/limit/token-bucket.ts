import { LRUCache } from 'lru-cache'

/** How much somebody may ask. */
export type Allowance = {
  /** Cost that is given back in a second. */
  readonly perSecond: number
  /** Cost that may be asked at once. */
  readonly burst: number
}

/** Names that are remembered; one that is forgotten has its whole allowance again. */
const MOST_NAMES = 20_000

/** Allowances by name. */
export type TokenBuckets = {
  /** Takes a cost from the allowance that a name has now; returns whether there was enough. */
  (name: string, cost: number, allowance: Allowance): boolean
  /** Takes a cost that was found out afterwards: until a name has made good for it, it is given nothing. */
  readonly charge: (name: string, cost: number, allowance: Allowance) => void
}

/** Returns full buckets for everybody; `nowMs` never falls. */
export function createTokenBuckets(nowMs: () => number): TokenBuckets {
  const buckets = new LRUCache<string, { tokens: number; atMs: number }>({ max: MOST_NAMES })

  function fill(name: string, { perSecond, burst }: Allowance) {
    const now = nowMs()
    const bucket = buckets.get(name) ?? { tokens: burst, atMs: now }
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.atMs) / 1000) * perSecond)
    bucket.atMs = now
    buckets.set(name, bucket)
    return bucket
  }

  const take = (name: string, cost: number, allowance: Allowance): boolean => {
    const bucket = fill(name, allowance)
    if (bucket.tokens < cost) return false
    bucket.tokens -= cost
    return true
  }
  const charge: TokenBuckets['charge'] = (name, cost, allowance) => {
    fill(name, allowance).tokens -= cost
  }
  return Object.assign(take, { charge })
}
