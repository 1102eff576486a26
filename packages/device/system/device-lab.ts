/** A machine with a Docker and an agent, and the masternode that it dials. */

import { execFileSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { openEngine, type ContainerEngine } from '@nexqloud/engine'
import { systemClock } from '@nexqloud/kernel'
import {
  createTlsIdentity,
  createTlsKey,
  createWindowBudget,
  keepAliveByDefault,
  LinkRefusedError,
  listenForLinks,
  listenLimitsByDefault,
  muxLimitsByDefault,
  type Link,
  type LinkListener,
  type TlsIdentity,
} from '@nexqloud/tunnel'

import { createCleanup, type Cleanup } from '../../engine/system/lab/cleanup.ts'
import {
  createHolds,
  createUnplug,
  type ContainerHolds,
} from '../../engine/system/lab/container-holds.ts'
import { startDocker } from '../../engine/system/lab/docker-daemon.ts'
import { openNamespace, stopProcess, type Namespace } from '../../engine/system/lab/namespace.ts'
import { publish, startRegistries } from '../../engine/system/lab/registry.ts'
import { openScratchFolder } from '../../engine/system/lab/scratch.ts'
import { sweepLab } from '../../engine/system/lab/sweep.ts'

/** What a test may see and do. */
export type DeviceLab = {
  /** The engine as the agent sees it, without its guard. */
  readonly engine: ContainerEngine
  /** Ways to keep a container from running behind the agent's back. */
  readonly holds: ContainerHolds
  /** Takes a container off its network, and returns how to put it back. */
  readonly unplug: ContainerHolds[number]
  /** The test's address in the device's network, which is that of the internet to a container. */
  readonly host: string
  /** Takes all rules of the device's network away, as a reboot does. */
  readonly flushRules: () => void
  /** An image that can be pulled. */
  readonly image: string
  readonly startAgent: () => void
  /** Where it remembers: a small disk of its own. */
  readonly agentFolder: string
  /** Kills it at once, as a power cut would. */
  readonly killAgent: () => Promise<void>
  /** Ends it in order, and returns its exit code. */
  readonly stopAgent: () => Promise<number | null>
  /** Opens the masternode's port. */
  readonly openMasternode: () => Promise<void>
  readonly closeMasternode: () => Promise<void>
  /** Resolves with the link of now, once there is one. */
  readonly link: () => Promise<Link>
  readonly close: () => Promise<void>
}

/** Starts Docker, registries and nothing else; all of it is gone after `close`. */
export async function openDeviceLab(): Promise<DeviceLab> {
  const cleanup = createCleanup()
  try {
    return await open(cleanup)
  } catch (failure) {
    await cleanup.run()
    throw failure
  }
}

async function open(cleanup: Cleanup): Promise<DeviceLab> {
  await sweepLab()
  const namespace = openNamespace(cleanup)
  const host = connectToHost(namespace, cleanup)
  const folder = openScratchFolder(cleanup)
  await startRegistries(namespace, cleanup)
  const { socketPath } = await startDocker(namespace, cleanup)
  const image = await publish(socketPath, { folder, registry: 'open', repository: 'a/busybox' })
  const options = { socketPath, owner: 'device-1', dataFolder: folder, clock: systemClock }
  const engine = await openEngine(options)
  const masternode = await createMasternode(host, cleanup)
  const configuration = join(folder, 'agent.json')
  const agentFolder = join(folder, 'agent')
  mkdirSync(agentFolder)
  // It goes with the scratch folder.
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', agentFolder])
  const { port, keyHash } = masternode
  writeFileSync(
    configuration,
    JSON.stringify({
      socketPath,
      owner: 'device-1',
      folder: agentFolder,
      disksFolder: join(folder, 'disks'),
      keyPem: masternode.device.keyPem,
      masternodes: [{ host, port, keyHash }],
    }),
  )
  let agent: ChildProcess | undefined
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (agent !== undefined) await stopProcess(agent, signal)
    return agent?.exitCode ?? null
  }
  cleanup.add(async () => void (await end('SIGKILL')))
  return {
    engine,
    holds: createHolds(socketPath),
    unplug: createUnplug(socketPath),
    host,
    flushRules: () => void namespace.run('nft', 'flush', 'ruleset'),
    image,
    agentFolder,
    startAgent: () => {
      const program = join(import.meta.dirname, 'agent-child.ts')
      agent = namespace.start(process.execPath, [program, configuration])
      agent.stderr?.pipe(process.stderr)
    },
    killAgent: async () => void (await end('SIGKILL')),
    stopAgent: () => end('SIGTERM'),
    openMasternode: masternode.open,
    closeMasternode: masternode.close,
    link: masternode.link,
    close: cleanup.run,
  }
}

/** Joins the namespace to the test's own network, and returns the test's address there. */
export function connectToHost({ name, run }: Namespace, cleanup: Cleanup): string {
  const network = (process.pid % 63) * 4
  const [host, device] = [`198.51.100.${network + 1}`, `198.51.100.${network + 2}`]
  const port = `nq${process.pid}`
  const ip = (...args: readonly string[]): void => void execFileSync('ip', args)
  ip('link', 'add', port, 'type', 'veth', 'peer', 'name', 'e0', 'netns', name)
  cleanup.add(() => ip('link', 'delete', port))
  ip('address', 'add', `${host}/30`, 'dev', port)
  ip('link', 'set', port, 'up')
  run('ip', 'address', 'add', `${device}/30`, 'dev', 'e0')
  run('ip', 'link', 'set', 'e0', 'up')
  return host
}

type Masternode = Pick<DeviceLab, 'link'> & {
  readonly device: TlsIdentity
  readonly keyHash: string
  readonly port: number
  readonly open: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Returns a masternode whose port is open, and stays the same when it is opened again. */
async function createMasternode(host: string, cleanup: Cleanup): Promise<Masternode> {
  const identity = await createTlsIdentity(createTlsKey())
  const device = await createTlsIdentity(createTlsKey())
  const stranger = { onData: () => {}, onEnd: () => {}, onReset: () => {}, onWritable: () => {} }
  const listen = (port: number): Promise<LinkListener> =>
    listenForLinks({
      host,
      port,
      identity,
      listen: listenLimitsByDefault,
      limits: muxLimitsByDefault,
      budget: createWindowBudget(),
      clock: systemClock,
      keepAlive: keepAliveByDefault,
      refuse: async (hash) =>
        hash === device.keyHash ? undefined : new LinkRefusedError('No device has this key.'),
      onRefused: () => {},
      use: () => ({ accept: () => stranger }),
    })
  let listener: LinkListener | undefined = await listen(0)
  const { port } = listener
  const close = async (): Promise<void> => {
    await listener?.close(0)
    listener = undefined
  }
  cleanup.add(close)
  return {
    device,
    keyHash: identity.keyHash,
    port,
    open: async () => {
      listener = await listen(port)
    },
    close,
    link: async () => {
      const found = await until(() => listener?.links().find(({ mux }) => mux.isOpen))
      return found
    },
  }
}

/** Returns what is found, once it is. */
export async function until<Found>(
  find: () => Found | undefined | Promise<Found | undefined>,
): Promise<Found> {
  const lateMs = performance.now() + 60_000
  for (;;) {
    const found = await find()
    if (found !== undefined) return found
    if (performance.now() > lateMs) throw new Error('It did not come within 60 s.')
    await wait(50)
  }
}
