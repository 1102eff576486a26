import { isCode } from './whole-file.ts'

/** Whether there is a process of this id. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Any other failure is of a process that is there and belongs to somebody else.
    return !isCode(error, 'ESRCH')
  }
}
