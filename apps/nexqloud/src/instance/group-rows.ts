import type { InstanceState } from './state.ts'
import type { Trouble } from './trouble.ts'

/** An instance in a list. */
export type Row = {
  readonly state: InstanceState
  readonly trouble: Trouble | undefined
  /** Of which replicas it is one. */
  readonly group: string | undefined
}

/** Many that are alike, in one row. */
export type GroupRow = {
  readonly group: string
  readonly rows: readonly Row[]
  /** How many there are of each status, the most first. */
  readonly statuses: readonly (readonly [status: string, count: number])[]
  readonly devices: number
  readonly restarts: number
  /** What most of those that are in trouble have. */
  readonly trouble: { readonly count: number; readonly trouble: Trouble } | undefined
}

/** A list of more is not read. */
const MOST_ALIKE = 20

/** Returns the rows of a list, in their order; where a group has more than a screen shows, one row stands for all of it. */
export function gatherGroups(rows: readonly Row[]): readonly (Row | GroupRow)[] {
  const groups = Map.groupBy(rows, ({ group }) => group)
  const told = new Set<string>()
  return rows.flatMap((row): readonly (Row | GroupRow)[] => {
    const { group } = row
    const alike = groups.get(group) ?? []
    if (group === undefined || alike.length <= MOST_ALIKE) return [row]
    if (told.has(group)) return []
    told.add(group)
    return [toGroupRow(group, alike)]
  })
}

function toGroupRow(group: string, rows: readonly Row[]): GroupRow {
  const statuses = countBy(rows, ({ state }) => state.status)
  const devices = new Set(rows.flatMap(({ state: { device } }) => device ?? [])).size
  const [first] = countBy(
    rows.filter(({ trouble }) => trouble !== undefined),
    ({ trouble }) => trouble?.reason ?? '',
  )
  const trouble = rows.find((row) => row.trouble?.reason === first?.[0])?.trouble
  return {
    group,
    rows,
    statuses,
    devices,
    restarts: rows.reduce((sum, { state }) => sum + state.restarts, 0),
    trouble: first && trouble && { count: first[1], trouble },
  }
}

function countBy(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): readonly (readonly [string, number])[] {
  return [...Map.groupBy(rows, keyOf)]
    .map(([key, alike]) => [key, alike.length] as const)
    .toSorted(([, left], [, right]) => right - left)
}
