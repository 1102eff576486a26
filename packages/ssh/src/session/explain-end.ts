import { runQuietly, type QuietParts } from '../shell/run-quietly.ts'

/** What engines end with where a program could not be started, and what is ended with here where nothing could be run. */
const notStarted: ReadonlySet<number> = new Set([126, 127, 128, 255])
/** By this, a shell that runs is told from one that does not. */
const SIGN = 42

/**
 * Returns what is to be said where something ended so since its container has no shell; nothing where there is one.
 * Rejects where that cannot be asked.
 */
export async function explainEnd(parts: QuietParts, code: number): Promise<string | undefined> {
  if (!notStarted.has(code)) return undefined
  if ((await runQuietly(parts, `exit ${SIGN}`)) === SIGN) return undefined
  return 'This container has no shell (/bin/sh), so nothing can be run in it. Use an image that has one.'
}
