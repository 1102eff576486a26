import type { Inventory, PodEvent } from '../protocol/agent-protocol.ts'
import type { PodReport } from '../protocol/pod-status.ts'

/** Whom a keeper tells of its pods. */
export type PodListener = {
  readonly onReport: (report: PodReport) => void
  readonly onInventory: (inventory: Inventory) => void
  readonly onEvent: (event: PodEvent) => void
  /** What it could not do for now, e.g. since the engine is away; it goes on. */
  readonly onFault: (error: unknown) => void
}
