import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { unlimited } from '@nexqloud/device'
import { openEngine, type ContainerEngine } from '@nexqloud/engine'
import { systemClock } from '@nexqloud/kernel'
import { kinds, type KubeClient } from '@nexqloud/kube'

import type { Cleanup } from '../../../packages/engine/system/lab/cleanup.ts'
import {
  startDocker,
  type StartedEngine,
} from '../../../packages/engine/system/lab/docker-daemon.ts'
import {
  stopProcess,
  waitUntilReady,
  type Namespace,
} from '../../../packages/engine/system/lab/namespace.ts'
import { isListening } from '../../../packages/engine/system/lab/registry.ts'
import { openScratchFolder } from '../../../packages/engine/system/lab/scratch.ts'
import { deviceFolderOf, makeIdentity } from '../src/device/device-folder.ts'
import { readMembership } from '../src/device/membership.ts'
import { writeLimits } from '../src/device/owner-wishes.ts'
import { ownerOf } from '../src/device/start-agent.ts'
import type { ImageLayout } from '../src/first-app/image-layout.ts'
import type { CloudLab } from './cloud-lab.ts'
import type { ConnectedHome } from './internet.ts'
import { command, LabProcess } from './lab-process.ts'

/** A machine at somebody's home, with a Docker and an agent of its own. */
export type HomeDevice = Pick<ConnectedHome, 'cut' | 'mend'> &
  Pick<StartedEngine, 'killAndRestart'> & {
    /** The name of its Node object. */
    readonly node: string
    /** The engine as its agent sees it, without its guard. */
    readonly engine: ContainerEngine
    readonly agent: LabProcess
  }

type Surroundings = {
  readonly home: ConnectedHome
  readonly cloud: CloudLab
  /** What its registry has. */
  readonly image: ImageLayout
}

const REGISTRY_PORT = 5057
const env = { NEXQLOUD_PASSWORD: 'secret' }

/** Returns what an image is called on every device: each has a registry of it on its loopback. */
export function nameOf({ digest }: Pick<ImageLayout, 'digest'>): string {
  return `127.0.0.1:${REGISTRY_PORT}/app@${digest}`
}

/** Joins a machine with a wallet of its own, and resolves once its masternode has it. */
export async function openHomeDevice(
  cleanup: Cleanup,
  { home, cloud, image }: Surroundings,
): Promise<HomeDevice> {
  const folder = openScratchFolder(cleanup)
  const device = deviceFolderOf(folder)
  mkdirSync(join(folder, 'logs'))
  const { socketPath, killAndRestart } = await startDocker(home.device, cleanup)
  await startRegistry(home.device, image, cleanup)
  const { address } = await command(['wallet', 'create', 'alice', '--data', folder], env)
  await cloud.fund(String(address))
  const owner = ownerOf(await makeIdentity(device))
  // What else this machine does is not its owner's.
  await writeLimits(device, unlimited)
  const agent = createAgent({ folder, socketPath, rpc: cloud.rpc }, home.device)
  cleanup.add(() => agent.end('SIGKILL'))
  agent.start()
  await agent.untilReady(async () => {
    const joined = await readMembership(device)
    return joined !== undefined && (await isReady(cloud.client, `device-${joined.device}`))
  })
  const { cut, mend } = home
  const engine = await openEngine({ socketPath, owner, dataFolder: folder, clock: systemClock })
  const node = `device-${(await readMembership(device))?.device}`
  return { cut, mend, killAndRestart, node, engine, agent }
}

/** Whether a node is there, and well. */
async function isReady(client: KubeClient, node: string): Promise<boolean> {
  const { items } = await client.list(kinds.nodes, {})
  const found = items.find(({ metadata }) => metadata?.name === node)
  return found?.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
}

async function startRegistry(
  namespace: Namespace,
  { folder, digest }: ImageLayout,
  cleanup: Cleanup,
): Promise<void> {
  const program = join(import.meta.dirname, 'image-registry.ts')
  const args = [program, folder, digest, 'app', String(REGISTRY_PORT)]
  const child = namespace.start(process.execPath, args)
  cleanup.add(() => stopProcess(child))
  await waitUntilReady(child, async () => isListening(namespace, REGISTRY_PORT))
}

type Agent = { readonly folder: string; readonly socketPath: string; readonly rpc: string }

/** Each of its starts goes on with joining where the one before was ended. */
function createAgent({ folder, socketPath, rpc }: Agent, namespace: Namespace): LabProcess {
  const wishes = ['--yes', '--accept', '--nearby-registries', '--log-level', 'info', '--json']
  const places = ['--data', folder, '--rpc', rpc, '--engine-socket', socketPath]
  return new LabProcess({
    start: (program, args) => namespace.start(program, args, { env }),
    args: ['device', 'join', ...wishes, ...places],
    logFile: join(folder, 'logs', 'agent.log'),
  })
}
