import { readFileSync, writeFileSync } from 'node:fs'

/** Returns the resident memory of this process now. */
export function residentBytes(): number {
  return process.memoryUsage.rss()
}

/**
 * Returns the highest resident memory of this process since its start, or since {@link resetPeak}. On Linux it is
 * `VmHWM` of proc(5), not `ru_maxrss`, which a child inherits from the process that started it.
 */
export function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}

/** Starts the peak anew at the resident memory of now (Linux; proc(5), `clear_refs`). Elsewhere the peak stays. */
export function resetPeak(): void {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5')
}
