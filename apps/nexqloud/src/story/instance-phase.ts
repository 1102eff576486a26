import { isFrozen, isHalted, type DeviceView } from '@nexqloud/control'

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
  /** Its account cannot pay for it. */
  | 'frozen'
  /** It was stopped, or has ended and is not to be started again. */
  | 'resting'

/** How each is called among people. */
export const phaseWords: Readonly<Record<InstancePhase, string>> = {
  running: 'running',
  dark: 'on a dark device',
  moving: 'moving',
  pending: 'pending',
  frozen: 'frozen',
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
  if (isFrozen(view.instance)) return 'frozen'
  if (state.isReady) return isHeard(devices.get(state.device ?? '')) ? 'running' : 'dark'
  return moves.has(view.instance.status?.lastStop?.cause ?? '') ? 'moving' : 'pending'
}

/** One of which nobody tells is taken to be heard. */
function isHeard(device: DeviceView | undefined): boolean {
  return device?.state !== 'dark' && device?.state !== 'lost'
}
