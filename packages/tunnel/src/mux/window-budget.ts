/** Memory that the windows of many streams, of one link or of many, share above their least. */
export type WindowBudget = {
  readonly budgetBytes: number
  readonly freeBytes: () => number
  /** Streams that share it. */
  readonly streams: () => number
  /** Counts a stream in (1) or out (-1). */
  readonly count: (change: 1 | -1) => void
  /** Takes so many bytes; gives them back where they are negative. */
  readonly take: (bytes: number) => void
}

/** What stalled readers of one process may hold, beside {@link LEAST_WINDOW_BYTES} each. */
const WINDOW_BUDGET_BYTES = 16 << 20

/** Returns a budget of which nothing is used. */
export function createWindowBudget(budgetBytes: number = WINDOW_BUDGET_BYTES): WindowBudget {
  let usedBytes = 0
  let streams = 0
  return {
    budgetBytes,
    freeBytes: () => budgetBytes - usedBytes,
    streams: () => streams,
    count: (change) => {
      streams += change
    },
    take: (bytes) => {
      usedBytes += bytes
    },
  }
}
