import type { Clock } from '@nexqloud/kernel'

import type { DeviceConnection } from './device-connection.ts'

/** Between two turns: milliseconds. */
const TURN_MS = 100
/** In as many turns each link is looked at once: 2 seconds. */
const TURNS_A_LOOK = 20
/** In as many looks the registry is asked once for each device: 6 seconds. */
const LOOKS_A_CHECK = 3

/** Looks after all links until the signal aborts, some of them each turn: one loop for all, as one for each would cost as much as the pings do. */
export async function lookAfter(
  clock: Pick<Clock, 'delay'>,
  connections: () => Iterable<readonly [Pick<DeviceConnection, 'beat' | 'check'>, number]>,
  signal: AbortSignal,
): Promise<void> {
  for (let turn = 0; !signal.aborted; turn += 1) {
    await clock.delay(TURN_MS, signal)
    for (const [connection, number] of connections()) {
      if ((turn + number) % TURNS_A_LOOK !== 0) continue
      connection.beat()
      // It tells its failures itself.
      if ((turn + number) % (TURNS_A_LOOK * LOOKS_A_CHECK) === 0) void connection.check()
    }
  }
}
