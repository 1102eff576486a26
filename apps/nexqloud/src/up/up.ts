import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { createKubeClient, openKubeconfigTransport, type KubeClient } from '@nexqloud/kube'

import { dataFolderOf } from '../data-folder.ts'
import { announceDoors, processOf, readDoors } from '../endpoints.ts'
import { faultOf } from '../fault.ts'
import { lockFolder } from '../folder-lock.ts'
import type { DataOptions } from '../option.ts'
import { whenAborted, type Shell } from '../shell.ts'
import { makePrivateFolder } from '../whole-file.ts'
import { keepLogsBounded } from './bound-logs.ts'
import { chooseImage } from './choose-image.ts'
import { SIDE_ADDRESS } from './device-network.ts'
import { UpRunningError } from './errors.ts'
import { FIRST_APP, launchFirstApp } from './first-app.ts'
import { listIdleDevices, tellIdleDevices } from './idle-devices.ts'
import { logFileOf, startPart } from './part.ts'
import { portsOf } from './ports.ts'
import { startOneDevice, startSeveralDevices } from './start-devices.ts'
import { startChain, startMasternode, type Scene } from './start-network.ts'
import { createTasks, type Finish, type Tasks } from './tasks.ts'
import { Undoing } from './undoing.ts'

/** How the network is started. */
export type UpOptions = DataOptions & {
  readonly portBase?: number
  readonly devices?: number
  readonly engineSocket?: string
  /** The first app's image; `none` for no first app. */
  readonly app?: string
}

type Starting = {
  readonly scene: Scene
  readonly options: UpOptions
  readonly tasks: Tasks
  /** What is to be undone at the end, the last first. */
  readonly undoing: Undoing
}

/**
 * Starts the whole network on this machine, and keeps it running until somebody wants it to end; then stops all of it, in order.
 *
 * @throws {@link UpRunningError}, {@link PartFailedError}, {@link NoEngineError}, {@link EngineInstallError}, {@link NetworkFailedError}
 */
export async function up(options: UpOptions, shell: Shell): Promise<void> {
  const folder = dataFolderOf(options.data, shell)
  await makePrivateFolder(folder)
  using lock = await lockFolder(join(folder, 'up'))
  if (lock === undefined) throw new UpRunningError(folder, (await processOf(folder, 'up')) ?? 0)
  const tasks = createTasks({ printer: shell.printer, json: options.json })
  const undoing = new Undoing((what) => tasks.note(`stopping ${what}`))
  undoing.add('', await announceDoors(folder, 'up', {}))
  const scene = await openScene(folder, { options, shell, tasks })
  void keepLogsBounded(scene.logFolder, shell)
  try {
    await startAll({ scene, options, tasks, undoing })
    await whenAborted(shell.signal)
  } catch (failure) {
    // Whoever ends it while it starts is no failure.
    if (!shell.signal.aborted) throw failure
  } finally {
    for (const failure of await undoing.run()) tasks.note(faultOf(failure).message)
    if (options.json !== true) shell.printer.line('Stopped; nexqloud up resumes it.')
  }
}

type Opening = {
  readonly options: Pick<UpOptions, 'portBase'>
  readonly shell: Shell
  readonly tasks: Pick<Tasks, 'note'>
}

/** Returns where the network of a folder lives. */
export async function openScene(
  folder: string,
  { options, shell, tasks }: Opening,
): Promise<Scene> {
  const logFolder = join(folder, 'logs')
  await mkdir(logFolder, { recursive: true, mode: 0o700 })
  return {
    folder,
    logFolder,
    ports: portsOf(options.portBase),
    signal: shell.signal,
    start: startPart,
    clock: shell.clock,
    onRestart: (name, how, delayMs) =>
      tasks.note(
        `${name} ${how}; it is started again in ${delayMs / 1000} s (${logFileOf({ logFolder, name })})`,
      ),
  }
}

async function startAll(starting: Starting): Promise<void> {
  const { scene, options, tasks, undoing } = starting
  const { folder } = scene
  await tasks.run('chain', async () => {
    const chain = await startChain(scene)
    undoing.add('chain', chain.stop)
    return (await readDoors(folder)).chain ?? ''
  })
  await tasks.run('masternode', async () => {
    const masternode = await startMasternode(scene)
    undoing.add('masternode', masternode.stop)
    return (await readDoors(folder)).kubernetes ?? ''
  })
  const { kubeconfig = '', gateway = '' } = await readDoors(folder)
  const client = createKubeClient(await openKubeconfigTransport(await readFile(kubeconfig, 'utf8')))
  undoing.add('', client.close)
  const devices = { scene, tasks, undoing, client }
  const { devices: count = 1 } = options
  const engines =
    count === 1
      ? [await startOneDevice(devices, options.engineSocket)]
      : await startSeveralDevices(devices, count)
  for (const line of tellIdleDevices(await listIdleDevices(folder, count))) tasks.note(line)
  const doors = { folder, kubeconfig, gateway, engines }
  if (options.app === 'none') {
    return tasks.finish({ ...doors, url: undefined, image: undefined })
  }
  const host = count === 1 ? '127.0.0.1' : SIDE_ADDRESS
  tasks.finish({ ...doors, ...(await startFirstApp(starting, client, host)) })
}

/** Returns where the first app answers, and its image if that is made here; one that does not answer is told, and the rest runs on. */
async function startFirstApp(
  { scene, options, tasks, undoing }: Starting,
  client: KubeClient,
  host: string,
): Promise<Pick<Finish, 'url' | 'image'>> {
  const { folder, ports, signal, clock } = scene
  let own: string | undefined
  try {
    const { image, isMadeHere } = await tasks.run(
      'image',
      async () => {
        const found = await chooseImage(options.app, { folder, host, port: ports.registry, signal })
        undoing.add('', found.close)
        return found
      },
      ({ image: shown, origin }) => `${shown}, ${origin}`,
    )
    own = isMadeHere ? image : undefined
    const url = await tasks.run(FIRST_APP.name, (onWait) =>
      launchFirstApp({ client, image, clock, signal, onWait }),
    )
    return { url, image: own }
  } catch (failure) {
    if (signal.aborted) throw failure
    const { message, hint = '' } = faultOf(failure)
    tasks.note(`There is no first app: ${message} ${hint}`)
    return { url: undefined, image: own }
  }
}
