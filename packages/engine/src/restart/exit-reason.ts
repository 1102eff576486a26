import type { ContainerExit } from '../container/container.ts'

/** Why a container ended, in Kubernetes' words. */
export type ExitReason = 'Completed' | 'OOMKilled' | 'Error' | 'StartError'

/** What is told of a container that ended. */
export type Termination = {
  readonly reason: ExitReason
  readonly exitCode: number
  /** The signal that the exit code stands for. */
  readonly signal?: number
  readonly message?: string
}

/** Shells and engines say a signal as 128 more than its number; 64 is the highest of Linux. */
const [OF_SIGNAL, HIGHEST] = [128, 64]
const KILL = 9

/** Returns why a container ended, from what the engine says of it. */
export function terminationOf({ code, isOomKilled, error }: ContainerExit): Termination {
  const number = code - OF_SIGNAL
  const signal = number > 0 && number <= HIGHEST ? { signal: number } : {}
  if (error !== undefined) return { reason: 'StartError', exitCode: code, message: error }
  if (isOomKilled === true) {
    const message = 'It needed more memory than its limit.'
    return { reason: 'OOMKilled', exitCode: code, ...signal, message }
  }
  if (code === 0) return { reason: 'Completed', exitCode: 0 }
  if (isOomKilled === undefined && number === KILL) {
    const message = 'It was killed; the engine does not say whether for its memory.'
    return { reason: 'Error', exitCode: code, ...signal, message }
  }
  return { reason: 'Error', exitCode: code, ...signal }
}
