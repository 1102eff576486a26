import type { AssignedPod, PodReport } from '@nexqloud/control'
import type { Inventory, PodReport as DeviceReport } from '@nexqloud/device'

/** What a device was told and has told of its pods, turned into what is written about them. */
export type PodProgress = {
  /** The device is about to be told of these. */
  readonly assign: (serial: number, pods: readonly AssignedPod[]) => void
  readonly status: (report: DeviceReport) => PodReport
  /** Returns the pods that are gone for good. */
  readonly inventory: (inventory: Inventory) => readonly PodReport[]
}

/** A pod that a device was told to end. */
type Ending = {
  readonly fencingToken: number
  /** The first assignment that was without it. */
  readonly serial: number
}

/** Returns the progress of a link that has just begun, for the masternode of a term. */
export function createPodProgress(term: number): PodProgress {
  let endings: ReadonlyMap<string, Ending> = new Map()
  return {
    assign: (serial, pods) => {
      const before = endings
      endings = new Map(
        pods
          .filter(({ pod }) => pod.metadata?.deletionTimestamp !== undefined)
          .map(({ pod, fencingToken }) => {
            const uid = pod.metadata?.uid ?? ''
            return [uid, before.get(uid) ?? { fencingToken, serial }]
          }),
      )
    },
    status: ({ uid, token, status }) => ({ uid, fencingToken: token, status, isGone: false }),
    inventory: (inventory) => {
      if (inventory.term !== term) return []
      const present = new Set(inventory.uids)
      return [...endings]
        .filter(([uid, { serial }]) => serial <= inventory.serial && !present.has(uid))
        .map(([uid, { fencingToken }]) => ({ uid, fencingToken, status: {}, isGone: true }))
    },
  }
}
