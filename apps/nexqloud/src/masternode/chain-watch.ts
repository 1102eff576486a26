import type { Clock } from '@nexqloud/kernel'
import type { Ledger } from '@nexqloud/ledger'
import {
  chainAway,
  createNetworkClock,
  createReach,
  ownClockOff,
  ownClockRight,
  type NetworkClock,
  type OwnHappening,
} from '@nexqloud/masternode'
import type { Logger } from 'pino'

/** Looks at the newest block: whether the chain is reached, and what time it is by it. */
export type ChainWatch = {
  /** What a masternode goes by. */
  readonly clock: NetworkClock
  /** Looks once. Never throws. */
  readonly look: () => Promise<void>
  /** Resolves once a block has shown what time it is, or the signal aborts: before that nothing is done that is late or early by the clock. */
  readonly untilProven: (signal: AbortSignal) => Promise<void>
  /** Looks until the signal aborts, and tells what happened, also before. Call it once. */
  readonly run: (tell: (happening: OwnHappening) => void, signal: AbortSignal) => Promise<void>
}

/** What a watch stands on. */
export type ChainWatchParts = {
  readonly client: Pick<Ledger<undefined>['client'], 'getBlock'>
  /** The machine's own. */
  readonly clock: Clock
  readonly log: Pick<Logger, 'warn'>
}

/** Between two looks: milliseconds. A chain without work makes a block each minute, and none is missed. */
const LOOK_MS = 5000
/** The same until a block has shown what time it is. */
const HURRY_MS = 1000

/** Returns a watch that has not looked yet. */
export function createChainWatch({ client, clock: own, log }: ChainWatchParts): ChainWatch {
  const early: OwnHappening[] = []
  let tell = (happening: OwnHappening): void => void early.push(happening)
  const now = (): Date => new Date(clock.wallMs())
  const clock = createNetworkClock({
    clock: own,
    onOff: (offMs) => tell(ownClockOff(offMs, now())),
    onRight: () => tell(ownClockRight(now())),
  })
  const reach = createReach({ clock, onBack: (absence) => tell(chainAway(absence)) })

  async function look(): Promise<void> {
    const askedMs = clock.steadyMs()
    try {
      const { number, timestamp } = await client.getBlock()
      clock.see({ number, seconds: Number(timestamp) }, askedMs)
      reach.worked()
    } catch (error) {
      reach.failed(error, askedMs)
      log.warn({ err: error }, 'blockUnread')
    }
  }

  return {
    clock,
    look,
    untilProven: async (signal) => {
      while (!clock.isProven() && !signal.aborted) await clock.delay(HURRY_MS, signal)
    },
    run: async (listener, signal) => {
      tell = listener
      early.splice(0).forEach(tell)
      while (!signal.aborted) {
        await look()
        await clock.delay(clock.isProven() ? LOOK_MS : HURRY_MS, signal)
      }
    },
  }
}
