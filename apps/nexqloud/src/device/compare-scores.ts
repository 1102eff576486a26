import type { RawScores } from '@nexqloud/ledger'
import { differenceOf, REPEATABLE } from '@nexqloud/rules'

import { formatTable } from '../fields.ts'
import { isNothing, scoreCategories, scoreNames } from './scores-text.ts'

/** A raw score that counts, beside what was measured. */
export type ComparedScore = {
  readonly category: keyof RawScores
  readonly counts: number
  readonly measured: number
  /** What became of it, and why, in words. */
  readonly change: string
}

/** Returns the five scores that count, all 0 where none were accepted, beside those that were measured. */
export function compareScores(accepted: RawScores, offered: RawScores): readonly ComparedScore[] {
  return scoreCategories.map((category) => {
    const [counts, measured] = [accepted[category], offered[category]]
    const change = isNothing(accepted)
      ? firstInWords(category, measured)
      : changeInWords(counts, measured)
    return { category, counts, measured, change }
  })
}

/** Whether an owner gives up nothing by accepting these: no score fell by more than two measurements of one machine differ. */
export function isWorthAccepting(accepted: RawScores, offered: RawScores): boolean {
  return scoreCategories.every(
    (category) =>
      offered[category] >= accepted[category] ||
      differenceOf(offered[category], accepted[category]) <= REPEATABLE,
  )
}

/** Returns them as a table. */
export function scoreTable(scores: readonly ComparedScore[]): readonly string[] {
  const rows = scores.map(({ category, counts, measured, change }) => [
    scoreNames[category],
    `${counts}`,
    `${measured}`,
    change,
  ])
  return formatTable([['SCORE', 'COUNTS NOW', 'MEASURED', ''], ...rows])
}

function firstInWords(category: keyof RawScores, measured: number): string {
  if (measured > 0) return ''
  return category === 'gpu' ? 'no GPU can be measured yet' : 'nothing was measured'
}

function changeInWords(counts: number, measured: number): string {
  if (counts === measured) return ''
  if (counts === 0) return 'new: counts once it is accepted'
  const percent = Math.round((100 * Math.abs(measured - counts)) / counts)
  const way = measured > counts ? 'more' : 'less'
  if (differenceOf(counts, measured) <= REPEATABLE) {
    return `${percent} % ${way}, as two measurements of one machine may differ`
  }
  return measured > counts
    ? `${percent} % ${way}: counts once it is accepted`
    : `${percent} % ${way}: counts once a second measurement in a row agrees, or it is accepted`
}
