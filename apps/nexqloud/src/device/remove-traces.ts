import { unmountLoopVolumes, wipeLoopVolumes } from '@nexqloud/engine'

import { EngineMissingError } from './errors.ts'
import { diskFolderOf } from './open-disks.ts'
import {
  openDeviceEngine,
  type DeviceEngine,
  type EngineWish,
  type OpenDeviceEngine,
} from './open-engine.ts'

/** What of a device's was on the machine. */
export type Traces = {
  readonly containers: number
  readonly networks: number
  readonly images: number
  /** What is still there, and why. */
  readonly remains: readonly string[]
}

/** Removes the containers, networks, images, disks and the firewall of a device, and of nobody else. May be called again. */
export async function removeTraces(
  wish: EngineWish,
  open: OpenDeviceEngine = openDeviceEngine,
): Promise<Traces> {
  const opened = await openIfThere(wish, open)
  if (!('engine' in opened)) {
    const remains = [`containers and networks of ${wish.owner}: ${opened.message}`]
    return { containers: 0, networks: 0, images: 0, remains }
  }
  const { engine } = opened
  const { containers, networks } = await removeFrom(opened, wish.owner)
  await wipeLoopVolumes(diskFolderOf(wish.folder))
  const images = await engine.listImages()
  for (const { id } of images) await engine.removeImage(id)
  return { containers, networks, images: images.length, remains: [] }
}

/** As {@link removeTraces}, but for images and disks: whoever comes back needs not pull them again, and has its disks. */
export async function removeContainers(
  wish: EngineWish,
  open: OpenDeviceEngine = openDeviceEngine,
): Promise<void> {
  const opened = await openIfThere(wish, open)
  if (!('engine' in opened)) return
  await removeFrom(opened, wish.owner)
  await unmountLoopVolumes(diskFolderOf(wish.folder))
}

async function removeFrom({ engine, firewall, machine }: DeviceEngine, owner: string) {
  const containers = await engine.listContainers()
  for (const { id } of containers) await engine.removeContainer(id)
  const networks = await engine.listNetworks()
  for (const { name } of networks) await engine.removeNetwork(name)
  await firewall.remove(owner)
  machine.group?.remove()
  return { containers: containers.length, networks: networks.length }
}

/** Whoever took the engine away may leave all the same. */
async function openIfThere(
  wish: EngineWish,
  open: OpenDeviceEngine,
): Promise<DeviceEngine | EngineMissingError> {
  try {
    return await open(wish)
  } catch (error) {
    if (error instanceof EngineMissingError) return error
    throw error
  }
}
