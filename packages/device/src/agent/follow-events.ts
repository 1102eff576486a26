import type { ContainerEngine } from '@nexqloud/engine'
import type { Clock } from '@nexqloud/kernel'

/** Between two attempts while the engine is away. */
export const AWAY_MS = 1000

/** Calls at each event of an engine, and whenever some may have been missed, until the signal aborts. */
export async function followEvents(
  {
    engine,
    clock,
  }: { readonly engine: Pick<ContainerEngine, 'watchEvents'>; readonly clock: Clock },
  onEvent: () => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const _ of await engine.watchEvents(signal)) onEvent()
    } catch {
      // The look that follows tells that the engine is away.
    }
    onEvent()
    await clock.delay(AWAY_MS, signal)
  }
}
