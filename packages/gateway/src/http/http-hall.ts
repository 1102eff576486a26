import { FairPlaces } from '@nexqloud/kernel'

import type { GatewayCounters } from '../counters.ts'
import type { WaitingRoom } from '../instance/waiting-room.ts'
import type { GatewayLimits } from '../limits.ts'
import { MOST_ADDED_BYTES } from './passed-head.ts'

/** A connection that HTTP is spoken on, as far as time concerns it. */
export type TimedVisit = {
  /** Ends what has taken too long. */
  readonly sweep: (nowMs: number) => void
  /** Ends it, or lets it end with the answer that it waits for. */
  readonly leave: () => void
}

/** What all connections share that HTTP is spoken on. */
export type HttpHall = {
  readonly limits: GatewayLimits
  readonly counters: GatewayCounters
  readonly room: WaitingRoom
  /** For one head at a time, until it is sent. */
  readonly scratch: Buffer
  /** Bytes of heads that are not whole, and of what comes before its turn. */
  readonly heldBytes: FairPlaces
  readonly visits: Set<TimedVisit>
  /** The steady clock, as of the last sweep: no request looks at the clock itself. */
  nowMs: number
  isClosing: boolean
}

/** Returns a hall in which nobody is. */
export function createHttpHall(
  parts: Pick<HttpHall, 'limits' | 'counters' | 'room' | 'nowMs'>,
): HttpHall {
  const scratch = Buffer.allocUnsafeSlow(parts.limits.headBytes + MOST_ADDED_BYTES)
  const heldBytes = new FairPlaces(parts.limits.headsBytes)
  return { ...parts, scratch, heldBytes, visits: new Set(), isClosing: false }
}
