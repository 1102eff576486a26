import { runProcess } from '../run-process.ts'
import { hasDeviceNetwork, openDeviceNetwork, openSide } from './device-network.ts'
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

/** Takes away what an `up` that was killed has left of engines of our own, and returns whether there was anything. */
export async function clearLeftovers(scene: Scene): Promise<boolean> {
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
  return numbers.length > 0
}

async function emptyEngine(scene: Scene, engine: Parameters<typeof startEngine>[1]): Promise<void> {
  const { stop } = await startEngine(scene, engine)
  try {
    await removeOwn(scene, engine)
  } finally {
    await stop()
  }
}
