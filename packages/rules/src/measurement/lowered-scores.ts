/**
 * Returns what counts of a device after two measurements in a row, by category: the larger of the two where both are lower than what counted
 * before them. One measurement alone lowers nothing, and none raises anything.
 */
export function lowerScores<Category extends string>(
  counted: Readonly<Record<Category, number>>,
  before: Readonly<Record<Category, number>>,
  now: Readonly<Record<Category, number>>,
): Readonly<Record<Category, number>> {
  const lowered: Record<Category, number> = { ...counted }
  for (const category of Object.keys(counted) as Category[]) {
    lowered[category] = Math.min(counted[category], Math.max(before[category], now[category]))
  }
  return lowered
}
