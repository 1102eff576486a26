import { BaseError } from '@nexqloud/kernel'

import { InterruptedError } from './terminal.ts'

/** Exit codes of every command; 130 is 128 and the number of SIGINT, as shells have it. */
export const exitCode = { done: 0, failed: 1, wrongUsage: 2, interrupted: 130 } as const

/** The exit code for each kind of error. */
const exitCodeOfKind = {
  invalid: exitCode.wrongUsage,
  notFound: exitCode.failed,
  conflict: exitCode.failed,
  unavailable: exitCode.failed,
  unauthorized: exitCode.failed,
  internal: exitCode.failed,
} as const satisfies Record<BaseError['kind'], number>

/** Returns the exit code that tells `error` to a script. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) return exitCode.interrupted
  return error instanceof BaseError ? exitCodeOfKind[error.kind] : exitCode.failed
}
