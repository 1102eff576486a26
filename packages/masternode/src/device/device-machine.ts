import type { DeviceMachine } from '@nexqloud/control'
import { reasonInWords, type MachineFacts } from '@nexqloud/device'

/** What is left to the device's own system: memory in bytes, CPU in thousandths. */
const KEPT_MEMORY_BYTES = 512 << 20
const KEPT_CPU_MILLI = 100
/** Of the free disk, what pods may have: images need the rest. */
const DISK_SHARE = 0.8
/** Kubelet's own default. */
const MOST_PODS = 110

/** Returns what a node says of its machine, in quantities of Kubernetes. */
export function describeMachine(facts: MachineFacts, agentVersion: string): DeviceMachine {
  const { cpus, memoryBytes, diskBytes, freeDiskBytes, architecture, engine, isDraining } = facts
  const { owner, offered = {}, takesDisks } = facts
  const pods = String(MOST_PODS)
  const cpuMilli = Math.min(cpus * 1000 - KEPT_CPU_MILLI, offered.cpuMilli ?? Infinity)
  const memory = Math.min(memoryBytes - KEPT_MEMORY_BYTES, offered.memoryBytes ?? Infinity)
  return {
    architecture,
    system: 'linux',
    agentVersion,
    engine: `${engine.name}://${engine.version}`,
    isDraining,
    ...(takesDisks === true && { takesDisks }),
    ...(owner !== undefined && {
      owner: {
        // What runs on works meanwhile.
        state: owner.state === 'works' ? 'drains' : owner.state,
        message: owner.reasons.map(reasonInWords).join(' '),
      },
    }),
    capacity: {
      cpu: String(cpus),
      memory: toKi(memoryBytes),
      'ephemeral-storage': toKi(diskBytes),
      pods,
    },
    allocatable: {
      cpu: `${cpuMilli}m`,
      memory: toKi(Math.max(0, memory)),
      'ephemeral-storage': toGi(freeDiskBytes * DISK_SHARE),
      pods,
    },
  }
}

const toKi = (bytes: number): string => `${Math.floor(bytes / 1024)}Ki`

/** Coarse, so that a disk that fills slowly does not change the node each minute. */
const toGi = (bytes: number): string => `${Math.floor(bytes / 2 ** 30)}Gi`
