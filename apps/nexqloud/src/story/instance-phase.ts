import { isHalted, type DeviceView } from '@nexqloud/control'

import { isAtRest, stateOf } from '../instance/state.ts'
import type { InstanceView } from '../instance/view.ts'

/** What an instance does, as far as a fleet's story goes. */
export type InstancePhase =
  /** Visitors reach it. */
  | 'running'
  /** It is ready on a device that nobody hears: its visitors wait. */
  | 'dark'
  /** Its device went, and it is made again elsewhere. */
  | 'moving'
  | 'pending'
  /** It was stopped, or has ended and is not to be started again. */
  | 'resting'

/** How each is called among people. */
export const phaseWords: Readonly<Record<InstancePhase, string>> = {
  running: 'running',
  dark: 'on a dark device',
  moving: 'moving',
  pending: 'pending',
  resting: 'at rest',
}

/** Stops that were nobody's fault but the device's. */
const moves: ReadonlySet<string> = new Set(['DeviceLost', 'DeviceRemoved', 'DeviceDraining'])

/** Returns what an instance does; `devices` are by name, and empty where nobody tells of them. */
export function phaseOf(
  view: InstanceView,
  devices: ReadonlyMap<string, DeviceView>,
  nowMs: number,
): InstancePhase {
  const state = stateOf(view, nowMs)
  if (isHalted(view.instance) || isAtRest(state, view)) return 'resting'
  if (state.isReady) {
    const device = devices.get(state.device ?? '')?.state
    return device === 'dark' || device === 'lost' ? 'dark' : 'running'
  }
  return moves.has(view.instance.status?.lastStop?.cause ?? '') ? 'moving' : 'pending'
}
