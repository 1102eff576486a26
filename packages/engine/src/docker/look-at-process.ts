import { readFile } from 'node:fs/promises'

import type { ContainerId } from '../container/specification.ts'

/**
 * Looks at the first process of a container: whether the kernel lets it run. Returns nothing where the process of this number is not the
 * container's, or where that cannot be seen, as on a machine that keeps its engine in another one.
 */
export type LookAtProcess = (pid: number, id: ContainerId) => Promise<'runs' | 'held' | undefined>

/** The kernel's words in a folder of files, as `/` has them. */
export function createProcessLook(root: string): LookAtProcess {
  const read = (path: string): Promise<string | undefined> =>
    readFile(`${root}${path}`, 'utf8').catch(() => undefined)

  async function isFrozen(groups: string, id: ContainerId): Promise<boolean | undefined> {
    for (const [number = '', controllers = '', path = ''] of groups.split('\n').map(splitGroup)) {
      if (!path.includes(id)) continue
      if (controllers.split(',').includes('freezer')) {
        const state = await read(`/sys/fs/cgroup/freezer${path}/freezer.state`)
        if (state !== undefined) return state.trim() === 'FROZEN'
      } else if (number === '0') {
        const events = await read(`/sys/fs/cgroup${path}/cgroup.events`)
        if (events !== undefined) return /^frozen 1$/m.test(events)
      }
    }
    return undefined
  }

  return async (pid, id) => {
    if (pid < 1) return undefined
    const [stat, groups] = await Promise.all([
      read(`/proc/${pid}/stat`),
      read(`/proc/${pid}/cgroup`),
    ])
    if (stat === undefined || groups?.includes(id) !== true) return undefined
    const state = stateOf(stat)
    if (state === STOPPED) return 'held'
    if (ENDED.has(state)) return undefined
    const frozen = await isFrozen(groups, id)
    if (frozen === undefined) return undefined
    return frozen ? 'held' : 'runs'
  }
}

/**
 * By a signal (proc_pid_stat(5)). The first process of a namespace takes SIGSTOP only from outside of it (pid_namespaces(7)): no tenant does this to
 * itself, and a debugger's stop is another letter.
 */
const STOPPED = 'T'
const ENDED: ReadonlySet<string> = new Set(['Z', 'X'])

/** A line of cgroups(7), `number:controllers:path`. */
function splitGroup(line: string): readonly string[] {
  const [number = '', controllers = '', ...path] = line.split(':')
  return [number, controllers, path.join(':')]
}

/** A program's name, in brackets, may have brackets and spaces. */
function stateOf(stat: string): string {
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)
}
