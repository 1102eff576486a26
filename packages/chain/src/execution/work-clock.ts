import { systemClock, type Clock } from '@nexqloud/kernel'

/** Time as it passes, and as it is worked. */
export type WorkClock = Pick<Clock, 'steadyMs'> & {
  /** CPU time of the thread, in milliseconds: what it waits while others have the CPU is not among it. */
  readonly cpuMs: () => number
}

/** The machine's own time, and that of the thread that asks. */
export const threadClock: WorkClock = {
  steadyMs: systemClock.steadyMs,
  cpuMs: () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  },
}
