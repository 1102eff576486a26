/** A test that failed, and what it said. */
export type Failure = { readonly name: string; readonly message: string }

/** A test that did not run, and why. */
export type Skip = { readonly name: string; readonly reason: string }

/** What a stage counted. */
export type Tally = {
  readonly passed: number
  readonly failures: readonly Failure[]
  readonly skips: readonly Skip[]
}

/** The tally of nothing. */
export const emptyTally: Tally = Object.freeze({ passed: 0, failures: [], skips: [] })

/** Returns the sum of two tallies. */
export function addTallies(left: Tally, right: Tally): Tally {
  return {
    passed: left.passed + right.passed,
    failures: [...left.failures, ...right.failures],
    skips: [...left.skips, ...right.skips],
  }
}

/** Returns the last line of a run: `N passed, N failed, N skipped`. */
export function formatTally({ passed, failures, skips }: Tally): string {
  return `${passed} passed, ${failures.length} failed, ${skips.length} skipped`
}
