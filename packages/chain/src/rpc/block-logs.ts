import type { PlacedLog } from './format/log-json.ts'
import { toData } from './format/quantity.ts'
import { createLogTest, type LogCriteria } from './log-search.ts'

/** A block's logs, by what they are. */
export type BlockLogs = {
  readonly logs: readonly PlacedLog[]
  /** Logs by their address, and by their topic at each position. */
  readonly byValue: readonly ReadonlyMap<string, readonly PlacedLog[]>[]
}

/** Where to look for the logs that somebody wants. */
export type LogPlan = {
  /** Every wanted log is in one of these. */
  readonly lists: readonly (readonly PlacedLog[])[]
  /** How many logs these have together. */
  readonly count: number
  readonly criteria: LogCriteria
}

/** An address and four topics. */
const POSITIONS = 5

/** Returns a block's logs by what they are. */
export function indexLogs(logs: readonly PlacedLog[]): BlockLogs {
  const byValue = Array.from({ length: POSITIONS }, () => new Map<string, PlacedLog[]>())
  for (const placed of logs) {
    for (const [position, value] of [placed.log.address, ...placed.log.topics].entries()) {
      const values = byValue[position]
      const name = toData(value)
      const others = values?.get(name)
      if (others === undefined) values?.set(name, [placed])
      else others.push(placed)
    }
  }
  return { logs, byValue }
}

/** Returns how the logs of these criteria are found: by the address or topic that fewest logs have. */
export function planLogs({ logs, byValue }: BlockLogs, criteria: LogCriteria): LogPlan {
  let plan: LogPlan = { lists: [logs], count: logs.length, criteria }
  for (const [position, alternatives] of [criteria.addresses, ...criteria.topics].entries()) {
    if (alternatives.length === 0 || plan.count === 0) continue
    const lists = Array.from(new Set(alternatives), (name) => byValue[position]?.get(name) ?? [])
    const count = lists.reduce((sum, list) => sum + list.length, 0)
    if (count < plan.count) plan = { lists, count, criteria }
  }
  return plan
}

/** Returns the logs that a plan finds, in their order. */
export function runPlan({ lists, criteria }: LogPlan): readonly PlacedLog[] {
  const isWanted = createLogTest(criteria)
  return lists
    .flat()
    .filter(({ log }) => isWanted(log))
    .toSorted((one, other) => one.logIndex - other.logIndex)
}
