import { createAllowance, type Allowance, type Clock } from '@nexqloud/kernel'

import { statusError } from '../status-error.ts'

/** How much one user, and all together, may ask. */
export type HttpLimits = {
  /** Bytes of a body, and milliseconds that it may take to arrive. */
  readonly bodyBytes: number
  readonly bodyMs: number
  /** Requests of one user: so many at once, and then so many a second. Administrators are not held. */
  readonly burst: number
  readonly perSecond: number
  /** Requests of one user whose answers are not read yet. */
  readonly requestsOfUser: number
  /** Watches and other streams that are open: of one user, of all. */
  readonly streamsOfUser: number
  readonly streams: number
}

/** kube-apiserver's limit of a body; the others hold a stranger back, not a controller. */
export const defaultLimits: HttpLimits = {
  bodyBytes: 3 << 20,
  bodyMs: 30_000,
  burst: 400,
  perSecond: 100,
  requestsOfUser: 50,
  streamsOfUser: 200,
  streams: 20_000,
}

/** Counts what users ask. */
export type Gate = {
  /** @throws {@link StatusError} where the user has asked too much. */
  readonly admit: (user: string) => void
  /** Returns how to end the request. @throws {@link StatusError} where too many are under way. */
  readonly openRequest: (user: string) => () => void
  /** Returns how to end the stream. @throws {@link StatusError} where too many are open. */
  readonly openStream: (user: string) => () => void
}

/** Users whose count is kept; the one that has not asked for longest is forgotten, and may ask anew. */
const KEPT_USERS = 10_000

/** Returns a gate with nobody in it. */
export function createGate(limits: HttpLimits, clock: Pick<Clock, 'steadyMs'>): Gate {
  const allowances = new Map<string, Allowance>()
  return {
    admit: (user) => {
      const allowance = allowances.get(user) ?? createAllowance(limits, clock.steadyMs)
      allowances.delete(user)
      allowances.set(user, allowance)
      const [oldest] = allowances.keys()
      if (allowances.size > KEPT_USERS && oldest !== undefined) allowances.delete(oldest)
      if (!allowance()) throw tooMany(`${user} asks more than ${limits.perSecond} times a second.`)
    },
    openRequest: createCounter('requests', limits.requestsOfUser, Number.POSITIVE_INFINITY),
    openStream: createCounter('streams', limits.streamsOfUser, limits.streams),
  }
}

/** Counts what is open, of each user and of all. */
function createCounter(what: string, mostOfUser: number, most: number): Gate['openStream'] {
  const open = new Map<string, number>()
  let all = 0
  return (user) => {
    const own = open.get(user) ?? 0
    if (own >= mostOfUser) throw tooMany(`${user} has ${own} ${what} open.`)
    if (all >= most) throw tooMany(`${all} ${what} are open.`)
    open.set(user, own + 1)
    all += 1
    return () => {
      all -= 1
      const left = (open.get(user) ?? 1) - 1
      if (left === 0) open.delete(user)
      else open.set(user, left)
    }
  }
}

function tooMany(message: string) {
  return statusError('TooManyRequests', message, {
    details: { retryAfterSeconds: 1 },
    hint: 'Ask less often, and end watches that nobody reads.',
  })
}
