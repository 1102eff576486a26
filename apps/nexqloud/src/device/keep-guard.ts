import type { Clock } from '@nexqloud/kernel'
import type { Logger } from 'pino'

/** Between two times that the firewall is put in its place: whoever reloads the machine's rules takes it away. */
const GUARD_MS = 10_000

/** Sees to it that the firewall stands, until the signal aborts. */
export async function keepGuard(
  {
    guard,
    clock,
    log,
  }: {
    readonly guard: () => Promise<void>
    readonly clock: Clock
    readonly log: Pick<Logger, 'error'>
  },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.delay(GUARD_MS, signal)
    if (signal.aborted) return
    try {
      await guard()
    } catch (error) {
      log.error({ err: error }, 'firewallFailed')
    }
  }
}
