import { z } from 'zod'

export const volumeRecord = z.object({
  /** By month of local time, `2026-11`: a clock that is set wrong, and right again, loses nothing. */
  months: z.record(z.string(), z.number().min(0)),
  /** By bridge: what its counters showed when they were counted last. */
  counted: z.record(z.string(), z.number()),
})

/** What went through tenants' networks. */
export type VolumeRecord = z.infer<typeof volumeRecord>

/** So many are remembered. */
const MONTHS = 12

/** By bridge, what its counters show, in and out together, since it was made. */
export type BridgeCounters = Readonly<Record<string, number>>

/** Returns the record with what was counted since; `moreBytes` is what no bridge saw, as images. A bridge that was made anew begins at zero. */
export function countVolume(
  before: VolumeRecord | undefined,
  { month, counters, moreBytes }: { month: string; counters: BridgeCounters; moreBytes: number },
): VolumeRecord {
  const counted = before?.counted ?? {}
  const passed = Object.entries(counters).reduce((sum, [bridge, now]) => {
    const then = counted[bridge] ?? 0
    return sum + (now >= then ? now - then : now)
  }, moreBytes)
  const months = { ...before?.months, [month]: (before?.months[month] ?? 0) + passed }
  const kept = new Set(Object.keys(months).toSorted().slice(-MONTHS))
  return {
    months: Object.fromEntries(
      Object.entries(months).filter(([name]) => name === month || kept.has(name)),
    ),
    counted: { ...counters },
  }
}
