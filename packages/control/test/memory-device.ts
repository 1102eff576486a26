import { PassThrough, type Duplex } from 'node:stream'

import type { DeviceDisks } from '../src/disk/device-disks.ts'
import type {
  AssignedPod,
  DeviceFacts,
  DeviceLink,
  DeviceSession,
  PlacementStanding,
  PodReport,
} from '../src/drive/device-link.ts'
import type { Driver } from '../src/drive/driver.ts'

/** A device that runs whatever it is told, in memory. */
export type MemoryDevice = {
  readonly session: DeviceSession
  /** What it was told, one set after the other. */
  readonly assignments: (readonly AssignedPod[])[]
  /** What it was told of disks with them; nothing where nothing was said. */
  readonly disks: (DeviceDisks | undefined)[]
  /** How it was told that placement sees it, newest last. */
  readonly standings: PlacementStanding[]
  readonly report: (uid: string, more?: Partial<PodReport>) => void
  /** Whether it does at once what it is told; on from the start. */
  isObedient: boolean
}

/** Connects a device to a driver. */
export function connectMemoryDevice(
  driver: Pick<Driver, 'connect'>,
  name: string,
  facts: DeviceFacts = factsOf(),
): MemoryDevice {
  const assignments: (readonly AssignedPod[])[] = []
  const disks: (DeviceDisks | undefined)[] = []
  const standings: PlacementStanding[] = []
  const link: DeviceLink = {
    device: name,
    tellStanding: (standing) => void standings.push(standing),
    assign: (pods, wanted) => {
      disks.push(wanted)
      assignments.push(pods)
      if (device.isObedient) for (const each of pods) obey(each)
    },
    async *log({ pod }) {
      yield Buffer.from(`the log of ${pod} on ${name}\n`)
    },
    run: async (_, { command, stdout }) => {
      stdout.write(command.join(' '))
      return 7
    },
    connect: async (): Promise<Duplex> => new PassThrough(),
  }
  const report: MemoryDevice['report'] = (uid, more = {}) => {
    const assigned = assignments.at(-1)?.find(({ pod }) => pod.metadata?.uid === uid)
    const fencingToken = assigned?.fencingToken ?? 0
    device.session.report({ uid, fencingToken, status: runningStatus(), isGone: false, ...more })
  }
  const obey = ({ pod }: AssignedPod): void => {
    const isEnding = pod.metadata?.deletionTimestamp !== undefined
    const ended = { status: { phase: 'Succeeded' }, isGone: true }
    setImmediate(() => report(pod.metadata?.uid ?? '', isEnding ? ended : {}))
  }
  const device: MemoryDevice = {
    session: driver.connect(link, facts),
    assignments,
    disks,
    standings,
    report,
    isObedient: true,
  }
  return device
}

/** Returns the status of a pod that runs. */
export function runningStatus() {
  return {
    phase: 'Running',
    podIP: '10.0.0.2',
    conditions: [{ type: 'Ready', status: 'True' }],
  }
}

/** Returns what is known of a device of some owner. */
export function factsOf(standing: Partial<DeviceFacts['standing']> = {}): DeviceFacts {
  const amounts = { cpu: '4', memory: '8Gi', 'ephemeral-storage': '40Gi', pods: '10' }
  return {
    standing: {
      owner: '0xabc',
      isp: 'AS3320',
      area: 'berlin',
      region: 'eu-central',
      tier: 'standard',
      priceMicroUsdPerHour: 10_000n,
      latencyMs: 12,
      riskBps: 50,
      ...standing,
    },
    machine: {
      architecture: 'amd64',
      system: 'linux',
      agentVersion: '0.1.0',
      engine: 'docker://28',
      isDraining: false,
      capacity: amounts,
      allocatable: amounts,
    },
  }
}
