import { createAllowance, type Allowance } from '@nexqloud/kernel'

import { ActionError } from '../action/errors.ts'
import type { Call } from './dispatcher.ts'

/** How many requests an account may send of an action in a region: at once, and each second from then on. */
export type RequestRate = { readonly burst: number; readonly perSecond: number }

/** What sorts of actions there are. Source: EC2's developer guide, request throttling. */
export type RequestClass = 'reading' | 'readingAll' | 'changing' | 'heavy'

/** EC2's own. */
export const requestRates: Readonly<Record<RequestClass, RequestRate>> = {
  reading: { burst: 100, perSecond: 20 },
  readingAll: { burst: 50, perSecond: 10 },
  changing: { burst: 50, perSecond: 5 },
  heavy: { burst: 50, perSecond: 5 },
}

const heavyActions: ReadonlySet<string> = new Set([
  'AuthorizeSecurityGroupIngress',
  'CancelSpotInstanceRequests',
  'CreateKeyPair',
  'RequestSpotInstances',
  'RevokeSecurityGroupIngress',
])

/** Whether an action changes nothing. */
export function isReading(action: string): boolean {
  return /^(Describe|Get|List)/.test(action)
}

/** Returns which sort a request is of: one that asks for all of something, neither by page, filter nor id, is dearer. */
export function classOf({ action, input }: Pick<Call, 'action' | 'input'>): RequestClass {
  if (heavyActions.has(action)) return 'heavy'
  if (!isReading(action)) return 'changing'
  const { DryRun: _, ...asked } = input
  return action.startsWith('Describe') && Object.keys(asked).length === 0 ? 'readingAll' : 'reading'
}

/** Takes one request from what its account may send; it throws `RequestLimitExceeded` where there is none left. */
export type TakeRequest = (call: Pick<Call, 'service' | 'action' | 'input' | 'caller'>) => void

/** Returns limits of requests, of each action, account and region on its own. */
export function createRequestLimits(
  rates: Readonly<Record<RequestClass, RequestRate>>,
  nowMs: () => number,
): TakeRequest {
  const allowances = new Map<string, Allowance>()
  return ({ service, action, input, caller }) => {
    const sort = classOf({ action, input })
    const key = [caller.account.id, caller.region, service, action, sort].join('/')
    const known = allowances.get(key)
    const take = known ?? createAllowance(rates[sort], nowMs)
    if (known === undefined) allowances.set(key, take)
    if (!take()) throw new ActionError('RequestLimitExceeded', 'Request limit exceeded.')
  }
}
