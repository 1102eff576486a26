import { LRUCache } from 'lru-cache'

/** How much each client may ask. */
export type Allowance = {
  /** Cost that is given back in a second. */
  readonly perSecond: number
  /** Cost that may be asked at once. */
  readonly burst: number
}

/** Clients that are remembered; one that is forgotten has its whole allowance again. */
const MOST_CLIENTS = 10_000

/** Takes a cost from a client's allowance; returns whether there was enough. */
export type TokenBucket = (client: string, cost: number) => boolean

/** Returns full buckets for everybody; `nowMs` never falls. */
export function createTokenBucket(
  { perSecond, burst }: Allowance,
  nowMs: () => number,
): TokenBucket {
  const buckets = new LRUCache<string, { tokens: number; atMs: number }>({ max: MOST_CLIENTS })
  return (client, cost) => {
    const now = nowMs()
    const bucket = buckets.get(client) ?? { tokens: burst, atMs: now }
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.atMs) / 1000) * perSecond)
    bucket.atMs = now
    buckets.set(client, bucket)
    if (bucket.tokens < cost) return false
    bucket.tokens -= cost
    return true
  }
}
