import type { Clock } from '@nexqloud/kernel'

import type { ChainView } from '../chain-view.ts'

/** How a node is. */
export type HealthReport = {
  /** `stalled`: transactions wait, and nothing makes a block of them. */
  readonly status: 'ok' | 'stalled' | 'failed'
  readonly block: number
  readonly blockAgeSeconds: number
}

/** What health is told by. */
export type HealthParts = {
  readonly view: Pick<ChainView, 'head' | 'onHead' | 'hasWork' | 'pool'>
  readonly clock: Clock
  readonly isFailed: () => boolean
  /** For so long a transaction that could go into a block may wait without any block. */
  readonly stalledMs: number
}

/** Watches a node from now on. */
export function watchHealth(parts: HealthParts): {
  readonly report: () => HealthReport
  readonly close: () => void
} {
  const { view, clock, isFailed, stalledMs } = parts
  let waitingSinceMs: number | undefined
  const look = (): void => {
    waitingSinceMs = view.hasWork() ? clock.steadyMs() : undefined
  }
  look()
  const ends = [
    view.onHead(look),
    view.pool.onAdded(() => {
      if (waitingSinceMs === undefined) look()
    }),
  ]
  const isStalled = (): boolean =>
    waitingSinceMs !== undefined && clock.steadyMs() - waitingSinceMs >= stalledMs && view.hasWork()
  return {
    report: () => {
      const { number, timestamp } = view.head().header
      const working = isStalled() ? 'stalled' : 'ok'
      return {
        status: isFailed() ? 'failed' : working,
        block: Number(number),
        blockAgeSeconds: Math.max(0, Math.floor(clock.wallMs() / 1000) - Number(timestamp)),
      }
    },
    close: () => {
      for (const end of ends) end()
    },
  }
}
