import type { InstanceGoal } from '../resource/kinds.ts'
import type { MachinePlan } from './machine-object.ts'

/** Source: EC2's user guide, spot instance interruption notices: two minutes ahead. */
export const SPOT_NOTICE_MS = 120_000

/** What is seen of the container of an instance. */
export type Sighting = {
  /** `absent`: there is none, and none is left of it. `ended`: it has ended by itself. */
  readonly phase: 'absent' | 'waiting' | 'running' | 'ended'
  /** Whether the device that it is on answers; nothing where it is on none. */
  readonly isDeviceLive?: boolean
  /** The device that it is on. */
  readonly device?: string
  /** Whether volumes can be on that device. */
  readonly takesVolumes?: boolean
  /** Whether its own probe passes. */
  readonly isReady?: boolean
  /** Since when it is so: ISO 8601. */
  readonly since?: string
  /** Since when its device is to be empty: ISO 8601. */
  readonly interruptedSince?: string
}

/** Which instance. */
export type MachineName = { readonly namespace: string; readonly id: string }

/** What an instance has written. */
export type ConsoleOutput = { readonly bytes: Uint8Array; readonly at: string }

/** The containers behind instances. */
export type Machines = {
  /** Returns what is seen now; it looks into memory. */
  readonly see: (name: MachineName, goal: InstanceGoal) => Sighting
  /** Returns what an instance type costs an hour: US dollars, with six decimals; nothing where nobody sells it. */
  readonly priceOf: (type: string) => string | undefined
  /** Returns how many of a plan there is room for now, up to a count. */
  readonly roomFor: (plan: MachinePlan, count: number) => Promise<number>
  /** Returns the last that an instance wrote, 64 KiB at most; nothing where it never wrote. It may be gone by then. */
  readonly readConsole: (name: MachineName) => Promise<ConsoleOutput | undefined>
  /** Has a script, in base64, started in the container of an instance, once in each that it has; it may be asked again and again. */
  readonly startScript: (name: MachineName, script: string) => Promise<void>
}

/** Returns machines that do at once what is wanted of them, for tests and suites: the second adapter. */
export function createObedientMachines(nowMs: () => number): Machines {
  return {
    see: (_, goal) =>
      goal === 'running'
        ? { phase: 'running', isDeviceLive: true, isReady: true }
        : { phase: 'absent' },
    priceOf: () => '0.010000',
    roomFor: async (_, count) => count,
    startScript: async () => {},
    readConsole: async ({ id }) => ({
      bytes: Buffer.from(`Linux version 6.1.0 (${id})\n`),
      at: new Date(nowMs()).toISOString(),
    }),
  }
}
