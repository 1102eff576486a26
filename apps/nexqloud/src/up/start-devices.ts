import { unlimited } from '@nexqloud/device'
import type { KubeClient } from '@nexqloud/kube'

import { deviceFolderOf, readIdentity } from '../device/device-folder.ts'
import { writeLimitsOnce } from '../device/owner-wishes.ts'
import { removeContainers } from '../device/remove-traces.ts'
import { ownerOf } from '../device/start-agent.ts'
import { readDoors } from '../endpoints.ts'
import { runProcess } from '../run-process.ts'
import { openDeviceNetwork, openSide, SIDE_ADDRESS, type NetworkParts } from './device-network.ts'
import { chooseEngine, ensureInstalled, type EngineChoice, type EngineParts } from './engine.ts'
import { forwardPort } from './forward.ts'
import { rememberForwarding } from './forwarding.ts'
import {
  closeRunFolder,
  describeOwnEngine,
  openRunFolder,
  removeRunFolder,
  tagOf,
} from './own-engine.ts'
import { startDevice, startEngine, type OwnDevice, type Scene } from './start-network.ts'
import type { Tasks } from './tasks.ts'
import type { Undoing } from './undoing.ts'
import { forgetEngine, rememberEngine } from './used-engine.ts'

/** What starting devices takes. */
export type DevicesParts = {
  readonly scene: Scene
  readonly tasks: Tasks
  /** Told how to end each thing that was started. */
  readonly undoing: Undoing
  readonly client: KubeClient
}

/** Starts this machine as a device, on an engine that answers, else on one of our own; returns the engine's socket. */
export async function startOneDevice(
  parts: DevicesParts,
  engineSocket: string | undefined,
): Promise<string> {
  const { tasks } = parts
  const { socketPath } = await tasks.run(
    'engine',
    async () => {
      const choice: EngineChoice =
        engineSocket === undefined
          ? await chooseEngine(engineParts(parts))
          : { socketPath: engineSocket }
      if (choice.part === undefined) {
        await rememberEngine(parts.scene.folder, choice.socketPath)
      } else {
        await keepForwarding(parts)
        await keepEngine(parts, { ...choice, part: choice.part })
      }
      return choice
    },
    ({ socketPath: socket, part }) =>
      part === undefined ? `${socket}, which ran already` : `${socket}, a Docker of its own`,
  )
  await tasks.run('device', async () => {
    await keepDevice(parts, { socketPath })
    return 'this machine, registered, measured and active'
  })
  return socketPath
}

/** Starts several devices, each with an engine of its own in a network namespace of its own, behind this machine as behind a router; returns their sockets. */
export async function startSeveralDevices(
  parts: DevicesParts,
  count: number,
): Promise<readonly string[]> {
  const sockets: string[] = []
  const { scene, tasks, undoing } = parts
  const networks = { tag: tagOf(scene.folder), runProcess }
  const side = await tasks.run('networks', async () => {
    await ensureInstalled(engineParts(parts))
    return keepSide(parts, networks)
  })
  for (let number = 1; number <= count; number += 1) {
    await tasks.run(number === 1 ? 'device' : `device-${number}`, async (onStep) => {
      onStep('starting its engine')
      const { enter, close } = await openDeviceNetwork(networks, {
        number,
        registryPort: scene.ports.registry,
      })
      undoing.add('', close)
      const { folder: dataFolder, logFolder } = scene
      const own = { dataFolder, logFolder, number, enter }
      const engine = await describeOwnEngine(own)
      await keepEngine(parts, engine, number)
      sockets.push(engine.socketPath)
      onStep('joining')
      const name = number === 1 ? {} : { name: String(number) }
      await keepDevice(parts, { ...name, socketPath: engine.socketPath, enter, side })
      return `registered, measured and active, in the network namespace ${enter[1]?.split('/').at(-1)}`
    })
  }
  return sockets
}

/** Lets namespaces reach chain and masternode, and the internet. */
async function keepSide(
  { scene, undoing }: DevicesParts,
  networks: NetworkParts,
): Promise<NonNullable<OwnDevice['side']>> {
  await keepForwarding({ scene, undoing })
  undoing.add('', await openSide(networks))
  const { chain = '', devices = '' } = await readDoors(scene.folder)
  const [chainPort, devicePort] = [new URL(chain).port, devices.split(':').at(-1) ?? '']
  for (const port of [chainPort, devicePort, scene.ports.registry]) {
    undoing.add('', await forwardPort(SIDE_ADDRESS, Number(port)))
  }
  return {
    rpc: `http://${SIDE_ADDRESS}:${chainPort}`,
    masternode: `${SIDE_ADDRESS}:${devicePort}`,
  }
}

function engineParts({ scene, tasks }: DevicesParts): EngineParts {
  const { folder: dataFolder, logFolder, signal } = scene
  return { dataFolder, logFolder, runProcess, signal, onInstall: tasks.note }
}

async function keepForwarding({
  scene,
  undoing,
}: Pick<DevicesParts, 'scene' | 'undoing'>): Promise<void> {
  const restore = await rememberForwarding(await openRunFolder(scene.folder))
  undoing.add('', async () => {
    await restore()
    await closeRunFolder(scene.folder)
  })
}

async function keepEngine(
  { scene, undoing }: DevicesParts,
  engine: Required<EngineChoice>,
  number = 1,
): Promise<void> {
  const { folder: dataFolder, logFolder } = scene
  undoing.add('', () => removeRunFolder({ dataFolder, logFolder, number }))
  const { stop } = await startEngine(scene, engine)
  undoing.add(engine.part.name, stop)
}

async function keepDevice(
  { scene, undoing, client }: DevicesParts,
  device: OwnDevice,
): Promise<void> {
  undoing.add('', async () => {
    await removeOwn(scene, device)
    await forgetEngine(scene.folder, device.socketPath)
  })
  // The load of others is the network itself here.
  await writeLimitsOnce(deviceFolderOf(scene.folder, device.name), unlimited)
  const { stop } = await startDevice(scene, client, device)
  undoing.add(device.name === undefined ? 'device' : `device-${device.name}`, stop)
}

/** Removes containers, networks and the firewall's table; images stay. */
export async function removeOwn(
  { folder, clock }: Pick<Scene, 'folder' | 'clock'>,
  { name, socketPath }: OwnDevice,
): Promise<void> {
  const device = deviceFolderOf(folder, name)
  const identity = await readIdentity(device)
  if (identity === undefined) return
  await removeContainers({ socketPath, owner: ownerOf(identity), folder: device, clock })
}
