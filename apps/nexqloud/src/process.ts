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

/** A process, told from a later one that got the same id. */
export interface ProcessMark {
  readonly pid: number
  /** The tick of its machine's time at which it started; nothing where it cannot be read, as elsewhere than on Linux. */
  readonly born?: string
}

/** Returns the mark of this process. */
export function ownMark(): ProcessMark {
  const born = birthOf(process.pid)
  return { pid: process.pid, ...(born === undefined ? {} : { born }) }
}

/** Whether the process that this was a mark of has not ended. */
export function isStillRunning({ pid, born }: ProcessMark): boolean {
  return isRunning(pid) && (born === undefined || birthOf(pid) === born)
}

function birthOf(pid: number): string | undefined {
  return statOf(pid)?.[STARTED]
}

/** What has ended keeps its id until its parent asks how, which not every parent does: a container's first process, for one. */
function isEnded(pid: number): boolean {
  return ['Z', 'X'].includes(statOf(pid)?.[STATE] ?? '')
}

/** proc_pid_stat(5), counted from the field that follows the name. */
const [STATE, STARTED] = [0, 19]

function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name is in parentheses and may have some of its own.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
