import { readAgentStatus } from '../device/agent-status.ts'
import { deviceFolderOf } from '../device/device-folder.ts'
import { runProcess } from '../run-process.ts'
import { hasDeviceNetwork, openDeviceNetwork, openSide } from './device-network.ts'
import { answers } from './engine.ts'
import { EngineGoneError } from './errors.ts'
import { restoreForwarding } from './forwarding.ts'
import {
  closeRunFolder,
  describeOwnEngine,
  listOwnEngines,
  removeRunFolder,
  runFolderOf,
  tagOf,
} from './own-engine.ts'
import { removeOwn } from './start-devices.ts'
import { startEngine, type Scene } from './start-network.ts'
import { forgetEngine, readUsedEngine } from './used-engine.ts'

/** Between two looks: milliseconds. */
const LOOK_MS = 100

/** Whether an `up` that was killed may have left something. */
export async function hasLeftovers(dataFolder: string): Promise<boolean> {
  const numbers = await listOwnEngines(dataFolder)
  return numbers.length > 0 || (await readUsedEngine(dataFolder)) !== undefined
}

/** Takes away what an `up` that was killed has left, on engines of our own and of others. */
export async function clearLeftovers(scene: Scene): Promise<void> {
  const { folder: dataFolder, logFolder } = scene
  const networks = { tag: tagOf(dataFolder), runProcess }
  const numbers = await listOwnEngines(dataFolder)
  const apart = numbers.filter((number) => hasDeviceNetwork(networks, number))
  for (const number of numbers) {
    const own = { dataFolder, logFolder, number }
    // Ends the one that is there still.
    const engine = await describeOwnEngine(own)
    // Bridges and tables go with a namespace; elsewhere only an engine knows which are its own.
    const network = { number, registryPort: scene.ports.registry }
    if (apart.includes(number)) await (await openDeviceNetwork(networks, network)).close()
    else await emptyEngine(scene, engine)
    await removeRunFolder(own)
  }
  if (apart.length > 0) await (await openSide(networks))()
  await restoreForwarding(runFolderOf(dataFolder))
  await closeRunFolder(dataFolder)
  await emptyUsedEngine(scene)
}

/**
 * Empties an engine that is not ours.
 *
 * @throws {@link EngineGoneError} where it does not answer: what is on it is kept in mind.
 */
async function emptyUsedEngine(scene: Scene): Promise<void> {
  const { folder, clock, signal } = scene
  const socketPath = await readUsedEngine(folder)
  if (socketPath === undefined) return
  // An agent hears of the death of its `up`, and would start again what is taken from it before it has gone.
  while ((await readAgentStatus(deviceFolderOf(folder))) !== undefined) {
    signal.throwIfAborted()
    await clock.delay(LOOK_MS, signal)
  }
  if (!(await answers(socketPath))) throw new EngineGoneError(socketPath)
  await removeOwn(scene, { socketPath })
  await forgetEngine(folder, socketPath)
}

async function emptyEngine(scene: Scene, engine: Parameters<typeof startEngine>[1]): Promise<void> {
  const { stop } = await startEngine(scene, engine)
  try {
    await removeOwn(scene, engine)
  } finally {
    await stop()
  }
}
