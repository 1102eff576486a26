import type { Goal, Result } from '@nexqloud/bench'

import type { Occasion } from './occasion.ts'

/** A result with everything that a reader needs to judge it. */
export type Row = Occasion & {
  readonly bench: string
  readonly what: string
  readonly unit: string
  readonly ours: number
  readonly rival: number | null
  /** Ours divided by the rival's. */
  readonly ratio: number | null
  readonly goal: Goal
  readonly met: boolean
  readonly samples: number
}

/** Returns the row of a result. */
export function createRow(
  result: Result,
  { bench, samples, occasion }: { bench: string; samples: number; occasion: Occasion },
): Row {
  const { what, unit, ours, goal } = result
  const rival = result.rival ?? null
  const ratio = rival === null ? null : ours / rival
  const figure = goal.figure === 'ours' ? ours : ratio
  const met = figure !== null && isWithin(figure, goal)
  return { bench, what, unit, ours, rival, ratio, goal, met, samples, ...occasion }
}

function isWithin(figure: number, { atMost = Infinity, atLeast = -Infinity }: Goal): boolean {
  return figure <= atMost && figure >= atLeast
}

/** Returns the lines of a table for people: one row a result, the occasion once. */
export function formatRows(rows: readonly Row[]): readonly string[] {
  const [first] = rows
  if (first === undefined) return []
  const header = ['benchmark', 'figure', 'ours', 'rival', 'ratio', 'goal', '', 'unit']
  const cells = rows.map((row) => [
    row.bench,
    row.what,
    formatFigure(row.ours),
    row.rival === null ? '-' : formatFigure(row.rival),
    row.ratio === null ? '-' : formatFigure(row.ratio),
    formatGoal(row.goal),
    row.met ? 'met' : 'MISSED',
    `${row.unit}, median of ${row.samples}`,
  ])
  return [
    ...alignColumns([header, ...cells]),
    `${first.machine}; ${first.date}; commit ${first.commit}`,
  ]
}

function formatGoal({ figure, atMost, atLeast }: Goal): string {
  const bounds = [
    ...(atMost === undefined ? [] : [`≤ ${atMost}`]),
    ...(atLeast === undefined ? [] : [`≥ ${atLeast}`]),
  ]
  return `${figure} ${bounds.join(' and ')}`
}

/** Three significant digits; whole numbers from a thousand on. */
function formatFigure(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}

function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
