import { existsSync, readFileSync } from 'node:fs'

/** Ticks of a second in proc(5): `sysconf(_SC_CLK_TCK)`, 100 on every Linux that Node runs on. */
const TICKS = 100

/** Asserts that the system tells what another process costs. */
export function assertCostsKnown(): void {
  if (existsSync('/proc/self/stat')) return
  throw new Error(`What a process costs is read from /proc, which ${process.platform} has not.`)
}

/** Returns the user and system time of a process so far, all threads, in seconds; precise to 0.01. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name, in parentheses, may hold spaces; fields are counted behind it, where the third one is the first.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

/** Returns the resident memory of a process, now (`VmRSS`) or at its highest (`VmHWM`). */
export function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  return Number(kilobytes) * 1024
}
