import type { Clock } from '@nexqloud/kernel'

/** What is still so is told again so often: who reads events sees that it is, and a probe each second writes no event each second. */
const AGAIN_MS = 5 * 60_000
/** Runs of containers that are remembered. */
const MOST = 1000

/** Returns whether a text about somebody is news, or was told long ago. */
export function createRepeatLimit(
  clock: Pick<Clock, 'steadyMs'>,
): (about: string, text: string) => boolean {
  const told = new Map<string, { readonly text: string; readonly atMs: number }>()
  return (about, text) => {
    const nowMs = clock.steadyMs()
    const before = told.get(about)
    if (before?.text === text && nowMs - before.atMs < AGAIN_MS) return false
    // What was told last is forgotten last.
    told.delete(about)
    told.set(about, { text, atMs: nowMs })
    const [oldest = ''] = told.keys()
    if (told.size > MOST) told.delete(oldest)
    return true
  }
}
