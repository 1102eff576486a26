/**
 * Who of several masternodes does what. A task, e.g. `device-7`, has at most one holder at a time, and each new holder a higher term: what a device
 * is told in a lower one it refuses.
 */
export type Election = {
  /** Returns the term in which this masternode holds a task; nothing while it does not. */
  readonly termOf: (task: string) => number | undefined
  /** This masternode can do the task: it takes it when nobody else does. */
  readonly stand: (task: string) => void
  /** It cannot any more: whoever can takes it over. It holds the task until then. */
  readonly withdraw: (task: string) => void
  /** The task was done in this term by somebody: where that is more than the holder's own, it gets a higher one. */
  readonly raise: (task: string, term: number) => void
  /** Takes part until the signal aborts, then lets others take all that it holds. Call it once. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** Who is told that {@link Election.termOf} of a task has changed. */
export type ElectionListener = (task: string) => void

/** What a device may raise a term to: Kubernetes counts transitions in 32 bits, and as many are left for those who take it after that. */
export const MOST_RAISED_TERM = 2 ** 30

/** Returns an election of one: all is its, from the start. */
export function createSoleElection(onChange: ElectionListener): Election {
  const raised = new Map<string, number>()
  return {
    termOf: (task) => raised.get(task) ?? 1,
    stand: () => {},
    withdraw: () => {},
    raise: (task, term) => {
      if (term <= (raised.get(task) ?? 1) || term >= MOST_RAISED_TERM) return
      raised.set(task, term + 1)
      onChange(task)
    },
    run: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
      }),
  }
}
