import type { KubeletStreams } from '@nexqloud/kube'

import type { DeviceDisks, DeviceDisksReport } from '../disk/device-disks.ts'
import type { Pod } from '../object/object.ts'
import type { Happening } from '../object/record-event.ts'

/** A pod that a device is to run. */
export type AssignedPod = {
  readonly pod: Pod
  /** Rises with each assignment of a pod of this name: what carries a lower one is not this pod any more. */
  readonly fencingToken: number
}

/** The way to a connected device. The device may lie. */
export type DeviceLink = KubeletStreams & {
  /** The name of its node. */
  readonly device: string
  /**
   * Hands over all that the device is to run, and never waits for it: the newest set replaces those that are not sent yet, and a link
   * that cannot send ends its session. The device stops what is not among it, and ends with its grace what is marked as deleted. Where nothing is
   * said of disks, all of them stay as they are.
   */
  readonly assign: (pods: readonly AssignedPod[], disks?: DeviceDisks) => void
  /** Says how placement sees the device; the newest holds. */
  readonly tellStanding: (standing: PlacementStanding) => void
}

/** How placement sees a device. */
export type PlacementStanding = {
  /** Whatever it was given failed: until then, in milliseconds since 1970, it gets hardly anything. */
  readonly failing?: { readonly instances: number; readonly untilMs: number }
  /** It was lost so many times within an hour: until then it gets hardly anything, either. */
  readonly unsteady?: { readonly times: number; readonly untilMs: number }
}

/** What the network knows of a device; a device has no say in it. */
export type DeviceStanding = {
  readonly owner: string
  readonly isp: string
  readonly area: string
  readonly region: string
  readonly tier: string
  readonly priceMicroUsdPerHour: bigint
  readonly latencyMs: number
  readonly riskBps: number
}

/** What a device says of itself; amounts are quantities of Kubernetes. */
export type DeviceMachine = {
  /** As Go names it, e.g. `amd64`. */
  readonly architecture: string
  readonly system: string
  readonly agentVersion: string
  readonly engine: string
  /** Its owner wants it to be empty. */
  readonly isDraining: boolean
  /** It could not write down what it was last told to run; absent where it could. */
  readonly isDiskFull?: boolean
  /** Whether disks can be on it. */
  readonly takesDisks?: boolean
  /** How wrong its clock is, in a sentence; absent where it is right. */
  readonly clockOff?: string
  /** What its owner holds back now, as one word (`pauses`, `yields`) and in sentences; absent where that is nothing. */
  readonly owner?: { readonly state: string; readonly message: string }
  readonly capacity: Readonly<Record<string, string>>
  /** What is left for pods. */
  readonly allocatable: Readonly<Record<string, string>>
}

/** Everything that the Node object follows from. */
export type DeviceFacts = { readonly standing: DeviceStanding; readonly machine: DeviceMachine }

/** What a device says of one of its pods. */
export type PodReport = {
  readonly uid: string
  readonly fencingToken: number
  readonly status: NonNullable<Pod['status']>
  /** Nothing of the pod is left on the device. */
  readonly isGone: boolean
}

/** Where a connected device reports. */
export type DeviceSession = {
  readonly heartbeat: () => void
  /** The facts have changed. */
  readonly describe: (facts: DeviceFacts) => void
  /** The newest report of a pod replaces what is not written yet. What comes before the first assignment waits for it. */
  readonly report: (report: PodReport) => void
  /** All that it holds, after what it was told last. */
  readonly reportDisks: (report: DeviceDisksReport) => void
  /** Something happened to one of its pods, by uid; too many at once, and what is of another device's pod, fall. */
  readonly tell: (uid: string, happening: Happening) => void
  /** The link is gone. */
  readonly close: () => void
}
