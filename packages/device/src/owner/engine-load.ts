import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { findCgroups, readKernelFile } from './cgroup-files.ts'

/** The programs that do an engine's work: they unpack images, and start containers. */
const ENGINES = new Set(['dockerd', 'containerd', 'podman'])
/** Engines are seldom started anew. */
const FIND_MS = 30_000
/** Of proc(5), in microseconds. */
const TICK_US = 10_000

/** Returns microseconds of CPU, since any moment; nothing where it is gone. */
type Source = () => number | undefined

/**
 * Returns a meter of what container engines have used since it was made, in microseconds: what they do for tenants is not their
 * owner's. A service's control group tells it with all helpers; without one they count when they have ended.
 */
export function createEngineLoad(clock: { steadyMs: () => number }, root = '/'): () => number {
  let sources = new Map<string, Source>()
  let foundMs = -Infinity
  let total = 0
  const last = new Map<string, number>()
  return () => {
    if (clock.steadyMs() - foundMs >= FIND_MS) {
      foundMs = clock.steadyMs()
      sources = findSources(root)
      for (const name of last.keys()) if (!sources.has(name)) last.delete(name)
    }
    for (const [name, read] of sources) {
      const now = read()
      if (now === undefined) continue
      total += Math.max(0, now - (last.get(name) ?? now))
      last.set(name, now)
    }
    return total
  }
}

function findSources(root: string): Map<string, Source> {
  const found = new Map<string, Source>()
  const own = groupOf(root, 'self')
  for (const pid of listProcesses(root)) {
    if (!ENGINES.has(readKernelFile(join(root, 'proc', pid, 'comm')) ?? '')) continue
    const group = groupOf(root, pid)
    const isService = group !== undefined && group.path !== '/' && group.path !== own?.path
    if (isService) found.set(group.path, group.read)
    else found.set(pid, () => cpuOf(root, pid))
  }
  return found
}

function listProcesses(root: string): readonly string[] {
  try {
    return readdirSync(join(root, 'proc')).filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** Returns the group by which a process's CPU is counted. */
function groupOf(root: string, pid: string): { path: string; read: Source } | undefined {
  const roots = findCgroups(readKernelFile(join(root, 'proc/self/mounts')) ?? '')
  if (roots === undefined) return undefined
  const lines = (readKernelFile(join(root, 'proc', pid, 'cgroup')) ?? '').split('\n')
  const controller = roots.version === 1 ? 'cpuacct' : ''
  const path = lines
    .map((line) => /^\d+:([^:]*):(.*)$/.exec(line))
    .find((parts) => parts?.[1]?.split(',').includes(controller))?.[2]
  if (path === undefined) return undefined
  const folder = join(root, roots.cpuacct, path)
  const read = (): number | undefined => {
    if (roots.version === 2) {
      const text = readKernelFile(join(folder, 'cpu.stat'))
      return numberOf(/^usage_usec (\d+)$/m.exec(text ?? '')?.[1])
    }
    const nanoseconds = numberOf(readKernelFile(join(folder, 'cpuacct.usage')))
    return nanoseconds === undefined ? undefined : nanoseconds / 1000
  }
  return { path, read }
}

/** proc_pid_stat(5): user and system time, and that of children that have ended. */
function cpuOf(root: string, pid: string): number | undefined {
  const stat = readKernelFile(join(root, 'proc', pid, 'stat'))
  if (stat === undefined) return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) * TICK_US
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}
