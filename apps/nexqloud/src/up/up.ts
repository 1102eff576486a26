import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { createKubeClient, openKubeconfigTransport, type KubeClient } from '@nexqloud/kube'

import { dataFolderOf } from '../data-folder.ts'
import { KeyRefusedError } from '../ec2/errors.ts'
import { announceDoors, processOf, readDoors } from '../endpoints.ts'
import { faultOf } from '../fault.ts'
import { lockFolder } from '../folder-lock.ts'
import type { DataOptions } from '../option.ts'
import { whenAborted, type Shell } from '../shell.ts'
import { makePrivateFolder } from '../whole-file.ts'
import { keepLogsBounded } from './bound-logs.ts'
import { chooseImage, imitateImage } from './choose-image.ts'
import { DevicesWishError, LeftBehindError, UpRunningError, UpUnknownError } from './errors.ts'
import { FIRST_APP, launchFirstApp } from './first-app.ts'
import { listIdleDevices, tellIdleDevices } from './idle-devices.ts'
import { openAccount } from './open-account.ts'
import { openProfile } from './open-profile.ts'
import { logFileOf, startPart } from './part.ts'
import { portsOf } from './ports.ts'
import { startOneDevice, startSeveralDevices } from './start-devices.ts'
import { startFleets, tellLeftOut } from './start-fleets.ts'
import { startChain, startMasternode, type Scene } from './start-network.ts'
import { createTasks, type Finish, type Tasks } from './tasks.ts'
import { Undoing } from './undoing.ts'

/** How the network is started. */
export type UpOptions = DataOptions & {
  readonly portBase?: number
  readonly devices?: number
  /** What devices run on; Docker or Podman where it is left out. */
  readonly engine?: 'memory'
  readonly engineSocket?: string
  /** The first app's image; `none` for no first app. */
  readonly app?: string
}

type Starting = {
  readonly scene: Scene
  readonly shell: Shell
  readonly options: UpOptions
  readonly tasks: Tasks
  /** What is to be undone at the end, the last first. */
  readonly undoing: Undoing
}

/**
 * Starts the whole network on this machine, and keeps it running until somebody wants it to end; then stops all of it, in order.
 *
 * @throws {@link DevicesWishError}, {@link UpRunningError}, {@link UpUnknownError}, {@link PartFailedError}, {@link NoEngineError}, {@link EngineInstallError}, {@link NetworkFailedError}, {@link LeftBehindError}
 */
export async function up(options: UpOptions, shell: Shell): Promise<void> {
  assertDevices(options)
  const folder = dataFolderOf(options.data, shell)
  await makePrivateFolder(folder)
  using lock = await lockFolder(join(folder, 'up'))
  if (lock === undefined) throw await refusalOf(folder)
  const tasks = createTasks({ printer: shell.printer, json: options.json })
  const undoing = new Undoing((what) => tasks.note(`stopping ${what}`))
  undoing.add('', await announceDoors(folder, 'up', {}))
  const scene = await openScene(folder, { options, shell, tasks })
  const over = new AbortController()
  const signal = AbortSignal.any([shell.signal, over.signal])
  void keepLogsBounded(scene.logFolder, { clock: shell.clock, signal })
  let failures: readonly unknown[] = []
  try {
    await startAll({ scene, shell, options, tasks, undoing })
    await whenAborted(shell.signal)
  } catch (failure) {
    // Whoever ends it while it starts is no failure.
    if (!shell.signal.aborted) throw failure
  } finally {
    // One that did not start ends, too.
    over.abort()
    failures = await undoing.run()
    for (const failure of failures) tasks.note(faultOf(failure).message)
  }
  if (failures.length > 0) throw new LeftBehindError(failures.length)
  if (options.json !== true) shell.printer.line('Stopped; nexqloud up resumes it.')
}

async function refusalOf(folder: string): Promise<UpRunningError | UpUnknownError> {
  const pid = await processOf(folder, 'up')
  return pid === undefined ? new UpUnknownError(folder) : new UpRunningError(folder, pid)
}

/** A namespace has a network of 198.18.0.0/16 for itself. */
const MOST_REAL_DEVICES = 250

function assertDevices({ devices = 1, engine, engineSocket }: UpOptions): void {
  if (engine === 'memory' && engineSocket !== undefined) {
    throw new DevicesWishError('--engine memory needs no engine: leave --engine-socket out.')
  }
  if (engine === undefined && devices > MOST_REAL_DEVICES) {
    throw new DevicesWishError(
      `--devices ${devices}: each has a Docker of its own, and there are ${MOST_REAL_DEVICES} networks for them.`,
    )
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
  await tasks.run(
    'account',
    () => openAccount(client, { folder, shell: starting.shell }),
    (account) => `${account} (tenant) pays for the namespace default`,
  )
  const aws = await startProfile(starting)
  const engines = await startDevices(starting, client)
  const doors = { folder, kubeconfig, gateway, aws, engines }
  if (options.app === 'none') {
    return tasks.finish({ ...doors, url: undefined, image: undefined })
  }
  tasks.finish({ ...doors, ...(await startFirstApp(starting, client)) })
}

/** A namespace that others pay for by now has keys of theirs: that is told, and the rest runs on. */
async function startProfile({ scene, shell, tasks }: Starting): Promise<string | undefined> {
  const { folder } = scene
  const { ec2 = '' } = await readDoors(folder)
  try {
    return await tasks.run(
      'ec2',
      () => openProfile(ec2, { folder, shell }),
      () => ec2,
    )
  } catch (failure) {
    if (!(failure instanceof KeyRefusedError)) throw failure
    tasks.note(`${failure.message} ${failure.hint}`)
    return undefined
  }
}

/** Returns the sockets of their engines. */
async function startDevices(starting: Starting, client: KubeClient): Promise<readonly string[]> {
  const { options, scene, tasks } = starting
  const { devices: count = 1, engine, engineSocket } = options
  const parts = { ...starting, client }
  if (engine === 'memory') {
    await startFleets(parts, count)
    for (const line of await tellLeftOut(client, count)) tasks.note(line)
    return []
  }
  const engines =
    count === 1
      ? [await startOneDevice(parts, engineSocket)]
      : await startSeveralDevices(parts, count)
  for (const line of tellIdleDevices(await listIdleDevices(scene.folder, count))) tasks.note(line)
  return engines
}

/** Returns where the first app answers, and its image if that is made here; one that does not answer is told, and the rest runs on. */
async function startFirstApp(
  { scene, options, tasks, undoing }: Starting,
  client: KubeClient,
): Promise<Pick<Finish, 'url' | 'image'>> {
  const { folder, ports, signal, clock } = scene
  const { app, engine } = options
  let own: string | undefined
  try {
    const { image, isMadeHere } = await tasks.run(
      'image',
      async () => {
        const found =
          engine === 'memory'
            ? imitateImage(app)
            : await chooseImage(app, { folder, port: ports.registry, signal })
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
