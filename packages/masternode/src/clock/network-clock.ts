import type { Clock } from '@nexqloud/kernel'

/** The newest block that a node of the chain knows. */
export type BlockTime = {
  readonly number: bigint
  /** Its `timestamp`: seconds since 1970. */
  readonly seconds: number
}

/**
 * The time that the network goes by: this machine's own, unless blocks show that it is wrong. Periods and terms are counted by blocks, and a
 * masternode whose machine is a day off would close files early, find everybody else's clock wrong, and give up on who is not late.
 */
export type NetworkClock = Clock & {
  /** Takes note of a block that was asked for at `askedMs` of the steady clock, and has just come. */
  readonly see: (block: BlockTime, askedMs: number) => void
  /** Whether a block has shown what time it is: before that nobody else's clock is to be judged. */
  readonly isProven: () => boolean
}

/** What a network's clock stands on. */
export type NetworkClockOptions = {
  /** The machine's own. */
  readonly clock: Clock
  /** Told once each time that the machine's clock turns out to be wrong, and by how much: milliseconds, positive where it is ahead. */
  readonly onOff: (offMs: number) => void
  /** It is right again. */
  readonly onRight: () => void
}

/** By less than that clocks may differ: half of what a minute is witnessed by. A clock that jumps by more waits for a block. */
const OFF_MS = 30_000
/** A chain without work makes a block so often: milliseconds. */
const BLOCK_MS = 60_000

/** A block that was seen, and since when: milliseconds of the steady clock. */
type Seen = BlockTime & { readonly firstMs: number; readonly askedMs: number }

/** When it may be by the chain: milliseconds since 1970. No clock of the chain's is behind its newest block. */
type Bounds = { readonly earliestMs: number; readonly latestMs: number }

/** Returns a clock that is the machine's own for as long as no block says otherwise. */
export function createNetworkClock({ clock, onOff, onRight }: NetworkClockOptions): NetworkClock {
  const ownMs = (): number => clock.wallMs() - clock.steadyMs()
  /** From the steady clock to the network's time. */
  let offsetMs = ownMs()
  let isOff = false
  let isProven = false
  let seen: Seen | undefined

  function wallMs(): number {
    const own = ownMs()
    if (!isOff && Math.abs(own - offsetMs) <= OFF_MS) offsetMs = own
    // The sum of the parts of a moment is a little more or less than it.
    return Math.round(clock.steadyMs() + offsetMs)
  }

  function goByOwn(): void {
    offsetMs = ownMs()
    if (isOff) onRight()
    isOff = false
  }

  function goByChain(bounds: Bounds): void {
    if (Math.abs(distance(wallMs(), bounds)) > OFF_MS) {
      offsetMs = middleOf(bounds) - clock.steadyMs()
    }
    if (!isOff) onOff(distance(clock.wallMs(), bounds))
    isOff = true
  }

  return {
    wallMs,
    steadyMs: clock.steadyMs,
    delay: clock.delay,
    isProven: () => isProven,
    see: (block, askedMs) => {
      const nowMs = clock.steadyMs()
      const bounds = boundsOf(block, seen, nowMs)
      const firstMs = seen?.number === block.number ? seen.firstMs : nowMs
      seen = { ...block, firstMs, askedMs }
      isProven ||= bounds.latestMs < Infinity
      const off = distance(clock.wallMs(), bounds)
      // One that is nearly right is not told to be wrong and right in turns.
      if (Math.abs(off) > (isOff ? OFF_MS / 2 : OFF_MS)) goByChain(bounds)
      // An old block says nothing of a clock that is ahead.
      else if (bounds.latestMs < Infinity) goByOwn()
    },
  }
}

/** A block that was not there the last time was made since: it says what time it is. One that a node catches up with does not. */
function boundsOf({ number, seconds }: BlockTime, before: Seen | undefined, nowMs: number): Bounds {
  const earliestMs = seconds * 1000
  if (before === undefined || number <= before.number) return { earliestMs, latestMs: Infinity }
  const passedMs = nowMs - before.firstMs
  const isCatchingUp = (seconds - before.seconds) * 1000 > passedMs + BLOCK_MS + OFF_MS
  if (isCatchingUp) return { earliestMs, latestMs: Infinity }
  return { earliestMs, latestMs: earliestMs + 1000 + (nowMs - before.askedMs) }
}

function distance(ms: number, { earliestMs, latestMs }: Bounds): number {
  if (ms < earliestMs) return ms - earliestMs
  return Math.max(0, ms - latestMs)
}

function middleOf({ earliestMs, latestMs }: Bounds): number {
  return latestMs === Infinity ? earliestMs : (earliestMs + latestMs) / 2
}
