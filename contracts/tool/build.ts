/** Compiles the release before the first test asks for it; a moment when it is up to date. */

import { buildRelease } from './genesis/artifacts.ts'

/** What vitest calls once, before all tests. */
export function setup(): void {
  buildRelease()
}
