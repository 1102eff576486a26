import type { ControlPeers } from '../agent/control-peers.ts'
import type { Courier } from './courier.ts'
import { findVisitor, type VisitorParts } from './find-visitor.ts'

/** Takes what a device's pods ask to whoever drives it, until the signal aborts. */
export function serveVisits(
  courier: Pick<Courier, 'serve'>,
  { peers, ...parts }: VisitorParts & { readonly peers: Pick<ControlPeers, 'ask'> },
  signal: AbortSignal,
): void {
  courier.serve(async ({ address, ...question }, gone) => {
    const uid = await findVisitor(parts, address)
    return uid === undefined ? undefined : peers.ask({ ...question, uid }, gone)
  }, signal)
}
