import type { Clock } from '@nexqloud/kernel'

import type { Firewall } from './firewall.ts'
import type { TenantWall } from './tenant-wall.ts'

/** A table that somebody has changed, and not taken away, is put anew after so long at the latest: milliseconds. */
const WHOLE_MS = 60_000

/** Returns who sees to it that an owner's table stands, as often as it is called: nft takes ten milliseconds of CPU each time, a packet hardly any. */
export function createFirewallGuard({
  firewall,
  wall,
  clock,
}: {
  readonly firewall: Pick<Firewall, 'seemsApplied'>
  readonly wall: Pick<TenantWall, 'owner' | 'renew'>
  readonly clock: Pick<Clock, 'steadyMs'>
}): () => Promise<void> {
  let appliedMs = -Infinity
  return async () => {
    const nowMs = clock.steadyMs()
    if (nowMs - appliedMs < WHOLE_MS && (await firewall.seemsApplied(wall.owner))) return
    await wall.renew()
    appliedMs = nowMs
  }
}
