/** Who holds a task; `absent`: a masternode that has not been heard for long. */
export type Holder = 'nobody' | 'self' | 'present' | 'absent'

/** A task, as one masternode sees it. */
export type TaskView = {
  readonly holder: Holder
  /** Its holder cannot do it any more, and says so. */
  readonly isOffered: boolean
  /** This masternode can do it. */
  readonly isCandidate: boolean
  /** Since when nobody does it, as far as this masternode knows: milliseconds. */
  readonly vacantMs: number
  /** How many of the masternodes that are present come before this one for the task. */
  readonly rank: () => number
}

/** What to do about it. */
export type Move = 'take' | 'offer' | 'keep' | 'wait'

/** Whoever comes later in the order of a task waits so much longer: milliseconds. */
const RANK_MS = 500
/** Who cannot do a task takes it, to tell that its device is silent, only after all who could. */
const LAST_RESORT_MS = 3000

/**
 * Returns what a masternode is to do about a task. Nobody takes from a holder that is present and able: a device that was handed over would have
 * its visitors' connections cut.
 */
export function decide(view: TaskView): Move {
  return moves[view.holder](view)
}

const moves: Readonly<Record<Holder, (view: TaskView) => Move>> = {
  nobody: (view) => (view.isCandidate && isMyTurn(view) ? 'take' : 'wait'),
  self: ({ isCandidate, isOffered }) => {
    if (isCandidate === isOffered) return isOffered ? 'keep' : 'offer'
    return 'wait'
  },
  present: (view) => (view.isOffered && view.isCandidate && isMyTurn(view) ? 'take' : 'wait'),
  absent: (view) => (isMyTurn(view) ? 'take' : 'wait'),
}

function isMyTurn({ isCandidate, vacantMs, rank }: TaskView): boolean {
  const atLeastMs = isCandidate ? 0 : LAST_RESORT_MS
  return vacantMs >= atLeastMs && vacantMs >= atLeastMs + rank() * RANK_MS
}
