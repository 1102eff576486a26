import { createAllowances, type Clock } from '@nexqloud/kernel'

import type { ControlPeers } from '../agent/control-peers.ts'
import type { Courier } from './courier.ts'
import { VisitsTooManyError } from './errors.ts'
import { findVisitor, type VisitorParts } from './find-visitor.ts'

/** Of one container: what an SDK asks at its start at once, and the engine has time for others. More addresses than a device has containers. */
const VISITS = { burst: 50, perSecond: 5, most: 4096 }

/** Takes what a device's pods ask to whoever drives it, until the signal aborts. */
export function serveVisits(
  courier: Pick<Courier, 'serve'>,
  {
    peers,
    clock,
    ...parts
  }: VisitorParts & {
    readonly peers: Pick<ControlPeers, 'ask'>
    readonly clock: Pick<Clock, 'steadyMs'>
  },
  signal: AbortSignal,
): void {
  const mayVisit = createAllowances(VISITS, () => clock.steadyMs())
  courier.serve(async ({ address, ...question }, gone) => {
    if (!mayVisit(address)) throw new VisitsTooManyError(address)
    const uid = await findVisitor(parts, address)
    return uid === undefined ? undefined : peers.ask({ ...question, uid }, gone)
  }, signal)
}
