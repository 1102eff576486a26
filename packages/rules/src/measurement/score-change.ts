/** A raw score before and after: shares of what it was. */
export type ScoreChange<Category extends string> = {
  readonly category: Category
  readonly before: number
  readonly after: number
}

/** Two measurements of one machine differ by so much at most; what is beyond it has changed. */
export const REPEATABLE = 0.1

/** Returns the categories whose scores have changed, by more than two measurements of one machine differ. */
export function changedScores<Category extends string>(
  before: Readonly<Record<Category, number>>,
  after: Readonly<Record<Category, number>>,
): readonly ScoreChange<Category>[] {
  const categories = Object.keys(before) as Category[]
  return categories
    .map((category) => ({ category, before: before[category], after: after[category] }))
    .filter((change) => differenceOf(change.before, change.after) > REPEATABLE)
}

/** Returns by how much two values differ, as a share of the larger one: 0 to 1. */
export function differenceOf(one: number, other: number): number {
  const larger = Math.max(one, other)
  return larger === 0 ? 0 : Math.abs(one - other) / larger
}
