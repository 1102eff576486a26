import { readDeviceMemory } from '../object/device-memory.ts'
import type { Node } from '../object/object.ts'
import type { DrivenDevice } from './drive-pods.ts'

/** Tells a device how placement sees it, where that is news to it: its owner is to know why it gets no work. */
export function tellStanding(device: DrivenDevice, node: Node | undefined): void {
  const { instances, untilMs } = readDeviceMemory(node ?? {})
  const failing = untilMs === 0 ? undefined : { instances: instances.length, untilMs }
  const text = JSON.stringify(failing ?? null)
  if (device.link === undefined || device.toldStanding === text) return
  device.toldStanding = text
  device.link.tellStanding({ ...(failing && { failing }) })
}
