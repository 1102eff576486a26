import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

import { cpuSecondsOf, memoryOf } from '../chain/process-cost.ts'

/** A process on the path from the load to the origin. */
export type Part = {
  readonly port: number
  readonly pid: number
  readonly close: () => Promise<void>
}

/** Starts a script, an absolute path, and returns what it told first. */
export async function startScript(
  file: string,
  ...args: readonly (string | number)[]
): Promise<{ readonly told: unknown; readonly pid: number; readonly close: () => Promise<void> }> {
  const child = fork(file, args.map(String))
  const failed = once(child, 'exit').then(([code]): never => {
    throw new Error(`${basename(file)} ended with ${String(code)}.`)
  })
  failed.catch(() => {})
  const [told] = (await Promise.race([once(child, 'message'), failed])) as readonly unknown[]
  return {
    told,
    pid: child.pid ?? 0,
    close: async () => {
      if (!child.connected) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

/** Returns the CPU time that processes and their workers took so far, in seconds. */
export function cpuSecondsOfAll(parts: readonly { readonly pid: number }[]): number {
  return parts
    .flatMap(({ pid }) => withWorkers(pid))
    .reduce((sum, pid) => sum + cpuSecondsOf(pid), 0)
}

/** Returns the resident memory of processes and their workers, in bytes: now, or each at its highest. */
export function residentBytesOf(
  parts: readonly { readonly pid: number }[],
  field: 'VmRSS' | 'VmHWM' = 'VmRSS',
): number {
  const pids = parts.flatMap(({ pid }) => withWorkers(pid))
  return pids.reduce((sum, pid) => sum + memoryOf(pid, field), 0)
}

function withWorkers(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return [pid, ...children.split(' ').filter(Boolean).map(Number)]
}
