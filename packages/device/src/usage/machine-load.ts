import { cpus, totalmem } from 'node:os'

import type { Load } from './usage-meter.ts'

/** Returns what this machine has used since it was started, and what of its memory is taken now. */
export function readMachineLoad(): Load {
  const busyMs = cpus().reduce(
    (sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq,
    0,
  )
  return {
    cpuNanoseconds: BigInt(Math.round(busyMs)) * 1_000_000n,
    memoryBytes: Math.max(0, totalmem() - process.availableMemory()),
  }
}
