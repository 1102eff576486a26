import { readDeviceLosses } from '../object/device-losses.ts'
import { readDeviceMemory } from '../object/device-memory.ts'
import type { Node } from '../object/object.ts'
import type { PlacementStanding } from './device-link.ts'
import type { DrivenDevice } from './drive-pods.ts'

/** Tells a device how placement sees it, where that is news to it: its owner is to know why it gets no work. */
export function tellStanding(device: DrivenDevice, node: Node | undefined): void {
  const { instances, untilMs } = readDeviceMemory(node ?? {})
  const losses = readDeviceLosses(node ?? {})
  const standing: PlacementStanding = {
    ...(untilMs !== 0 && { failing: { instances: instances.length, untilMs } }),
    ...(losses.untilMs !== 0 && {
      unsteady: { times: losses.backMs.length, untilMs: losses.untilMs },
    }),
  }
  const text = JSON.stringify(standing)
  if (device.link === undefined || device.toldStanding === text) return
  device.toldStanding = text
  device.link.tellStanding(standing)
}
