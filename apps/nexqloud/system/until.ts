import { setTimeout as wait } from 'node:timers/promises'

const EVERY_MS = 100
const WITHIN_MS = 120_000

/**
 * Returns what is found, or true, once it is.
 *
 * @throws where that takes too long, with what was looked for.
 */
export async function until<Found>(
  what: string,
  find: () => Found | false | undefined | Promise<Found | false | undefined>,
): Promise<Found> {
  const lateMs = performance.now() + WITHIN_MS
  for (;;) {
    const found = await find()
    if (found !== undefined && found !== false) return found
    if (performance.now() > lateMs) throw new Error(`${what}: not within ${WITHIN_MS / 1000} s.`)
    await wait(EVERY_MS)
  }
}
