import { readFileSync } from 'node:fs'

import { isCode } from './whole-file.ts'

/** Whether there is a process of this id that has not ended. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isEnded(pid)
  } catch (error) {
    // Any other failure is of a process that is there and belongs to somebody else.
    return !isCode(error, 'ESRCH')
  }
}

/** What has ended keeps its id until its parent asks how, which not every parent does: a container's first process, for one. */
function isEnded(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // proc_pid_stat(5): the state follows the name, which is in parentheses and may have some of its own.
    return ['Z', 'X'].includes(stat.charAt(stat.lastIndexOf(')') + 2))
  } catch {
    // Elsewhere than on Linux.
    return false
  }
}
