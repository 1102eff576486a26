import { clockDifference } from '../clock/clock-difference.ts'

/** What a message takes on its way, and what clocks that are set by a network differ by, is less: milliseconds. */
const OFF_MS = 60_000

/** Returns how wrong a device's clock is, in a sentence that stays the same while it is; nothing where it is right, or not told. */
export function clockOff(told: string | undefined, nowMs: number): string | undefined {
  if (told === undefined) return undefined
  const offMs = Date.parse(told) - nowMs
  if (Math.abs(offMs) < OFF_MS) return undefined
  return `Its clock is some ${clockDifference(offMs)}: times of its containers and logs are wrong by that, and nothing else is. Let it be set by the network (NTP).`
}
