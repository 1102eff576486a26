import type { Clock } from '@nexqloud/kernel'

import { statusError } from '../status-error.ts'

/** How much one user, and all together, may ask. */
export type HttpLimits = {
  /** Bytes of a body. */
  readonly bodyBytes: number
  /** Requests of one user: so many at once, and then so many a second. Administrators are not held. */
  readonly burst: number
  readonly perSecond: number
  /** Watches and other streams that are open: of one user, of all. */
  readonly streamsOfUser: number
  readonly streams: number
}

/** kube-apiserver's limit of a body; the others hold a stranger back, not a controller. */
export const defaultLimits: HttpLimits = {
  bodyBytes: 3 << 20,
  burst: 400,
  perSecond: 100,
  streamsOfUser: 200,
  streams: 20_000,
}

/** Counts what users ask. */
export type Gate = {
  /** @throws {@link StatusError} where the user has asked too much. */
  readonly admit: (user: string) => void
  /** Returns how to end the stream. @throws {@link StatusError} where too many are open. */
  readonly openStream: (user: string) => () => void
}

/** Users whose count is kept; the one that has not asked for longest is forgotten, and may ask anew. */
const KEPT_USERS = 10_000

/** Returns a gate with nobody in it. */
export function createGate(limits: HttpLimits, clock: Pick<Clock, 'steadyMs'>): Gate {
  const buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>()
  const open = new Map<string, number>()
  let all = 0
  return {
    admit: (user) => {
      const nowMs = clock.steadyMs()
      const { tokens, atMs } = buckets.get(user) ?? { tokens: limits.burst, atMs: nowMs }
      const now = Math.min(limits.burst, tokens + ((nowMs - atMs) / 1000) * limits.perSecond)
      buckets.delete(user)
      buckets.set(user, { tokens: Math.max(0, now - 1), atMs: nowMs })
      const [oldest] = buckets.keys()
      if (buckets.size > KEPT_USERS && oldest !== undefined) buckets.delete(oldest)
      if (now < 1) throw tooMany(`${user} asks more than ${limits.perSecond} times a second.`)
    },
    openStream: (user) => {
      const own = open.get(user) ?? 0
      if (own >= limits.streamsOfUser) throw tooMany(`${user} has ${own} streams open.`)
      if (all >= limits.streams) throw tooMany(`${all} streams are open.`)
      open.set(user, own + 1)
      all += 1
      return () => {
        all -= 1
        const left = (open.get(user) ?? 1) - 1
        if (left === 0) open.delete(user)
        else open.set(user, left)
      }
    },
  }
}

function tooMany(message: string) {
  return statusError('TooManyRequests', message, {
    details: { retryAfterSeconds: 1 },
    hint: 'Ask less often, and end watches that nobody reads.',
  })
}
