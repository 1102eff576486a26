/** A real Kubernetes, masternodes as processes, and agents as processes on one Docker, all of which a test may kill. */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, writeFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'

import { createKubeClient, type KubeClient } from '@nexqloud/kube'
import { parseWitnessFile, type WitnessFile } from '@nexqloud/store'
import { createTlsIdentity, createTlsKey } from '@nexqloud/tunnel'
import { z } from 'zod'

import { connectToHost } from '../../device/system/device-lab.ts'
import { createCleanup, type Cleanup } from '../../engine/system/lab/cleanup.ts'
import { startDocker } from '../../engine/system/lab/docker-daemon.ts'
import { openNamespace, stopProcess } from '../../engine/system/lab/namespace.ts'
import { publish, startRegistries } from '../../engine/system/lab/registry.ts'
import { openScratchFolder } from '../../engine/system/lab/scratch.ts'
import { sweepLab } from '../../engine/system/lab/sweep.ts'
import type { RealKubernetes } from '../../kube/system/kubernetes/kubernetes-process.ts'
import { openTcpRelay } from './tcp-relay.ts'

/** A container, and since when it runs. */
export type RunningContainer = { readonly id: string; readonly startedAt: string }

/** What a test sees, and may do. */
export type RegionLab = {
  readonly client: KubeClient
  /** An image that can be pulled. */
  readonly image: string
  /** Starts a masternode, by its number. */
  readonly start: (masternode: number) => void
  /** Kills it at once, as a power cut would. */
  readonly kill: (masternode: number) => Promise<void>
  /** Cuts a masternode off from the Kubernetes API alone, or lets it come back; connections of before stay mute. */
  readonly cutApi: (masternode: number, isCut: boolean) => void
  /** What the masternodes have witnessed of the periods that are over. */
  readonly witnessed: () => Promise<readonly WitnessFile[]>
  /** All containers of the one Docker, in the order of their ids. */
  readonly containers: () => Promise<readonly RunningContainer[]>
  readonly close: () => Promise<void>
}

type Size = { readonly masternodes: number; readonly devices: number }

/** Starts all of it; all of it is gone after `close`. */
export async function openRegionLab(kubernetes: RealKubernetes, size: Size): Promise<RegionLab> {
  const cleanup = createCleanup()
  cleanup.add(kubernetes.close)
  try {
    return await open(kubernetes, size, cleanup)
  } catch (failure) {
    await cleanup.run()
    throw failure
  }
}

async function open(kubernetes: RealKubernetes, size: Size, cleanup: Cleanup): Promise<RegionLab> {
  await sweepLab()
  const namespace = openNamespace(cleanup)
  const host = connectToHost(namespace, cleanup)
  const folder = openScratchFolder(cleanup)
  await startRegistries(namespace, cleanup)
  const { socketPath } = await startDocker(namespace, cleanup)
  const image = await publish(socketPath, { folder, registry: 'open', repository: 'a/busybox' })
  const masternodes = await prepareMasternodes(
    { folder, host, kubernetes, cleanup },
    size.masternodes,
  )
  const devices = await Promise.all(
    numbersTo(size.devices).map(async (number) => {
      const { keyPem, keyHash } = await createTlsIdentity(createTlsKey())
      return { owner: `device-${number}`, keyPem, keyHash }
    }),
  )
  const { read } = kubernetes.certificates
  const surroundings = {
    pool: '127.70.0.0/16',
    kubelet: { key: read('server.key'), cert: read('server.crt'), ca: read('ca.crt') },
    devices: Object.fromEntries(devices.map(({ owner, keyHash }) => [keyHash, owner])),
  }
  for (const { way: _, ...masternode } of masternodes) {
    writeFileSync(
      fileOf(folder, masternode.name),
      JSON.stringify({ ...masternode, ...surroundings }),
    )
  }
  for (const device of devices) {
    const own = join(folder, device.owner)
    mkdirSync(own)
    const file = fileOf(folder, device.owner)
    writeFileSync(file, JSON.stringify({ ...device, socketPath, folder: own, masternodes }))
    const program = join(import.meta.dirname, '../../device/system/agent-child.ts')
    const agent = namespace.start(process.execPath, [program, file])
    agent.stderr?.on('data', () => {})
    cleanup.add(() => stopProcess(agent, 'SIGKILL'))
  }
  return {
    client: createKubeClient(kubernetes.transport),
    image,
    ...createMasternodes(folder, cleanup),
    cutApi: (number, isCut) => {
      const way = masternodes[number - 1]?.way
      if (isCut) way?.cut()
      else way?.mend()
    },
    witnessed: () => readWitnessed(masternodes),
    containers: () => readContainers(socketPath),
    close: cleanup.run,
  }
}

type Place = {
  readonly folder: string
  /** Where devices dial. */
  readonly host: string
  readonly kubernetes: RealKubernetes
  readonly cleanup: Cleanup
}

/** Each gets to Kubernetes by a way of its own. */
function prepareMasternodes({ folder, host, kubernetes, cleanup }: Place, count: number) {
  const server = /https:[^"]+/.exec(kubernetes.kubeconfig)?.[0] ?? ''
  return Promise.all(
    numbersTo(count).map(async (number) => {
      const { keyPem, keyHash } = await createTlsIdentity(createTlsKey())
      const name = `masternode-${number}`
      const witnessFolder = join(folder, `witness-${number}`)
      const port = await findFreePort(host)
      const way = await openTcpRelay(Number(new URL(server).port))
      cleanup.add(way.close)
      const kubeconfig = kubernetes.kubeconfig.replaceAll(server, `https://127.0.0.1:${way.port}`)
      return { way, name, number, keyPem, keyHash, host, port, witnessFolder, kubeconfig }
    }),
  )
}

async function readWitnessed(
  masternodes: readonly { readonly witnessFolder: string }[],
): Promise<readonly WitnessFile[]> {
  const names = await Promise.all(
    masternodes.map(async ({ witnessFolder }) => {
      const found = await readdir(witnessFolder)
      return found
        .filter((name) => name.endsWith('.witness'))
        .map((name) => join(witnessFolder, name))
    }),
  )
  return Promise.all(names.flat().map(async (name) => parseWitnessFile(await readFile(name))))
}

const identified = z.array(z.object({ Id: z.string() }))
const inspected = z.object({ Id: z.string(), State: z.object({ StartedAt: z.string() }) })

async function readContainers(socketPath: string): Promise<readonly RunningContainer[]> {
  const listed = identified.parse(await askDocker(socketPath, '/containers/json?all=1'))
  const found = await Promise.all(
    listed.map(async ({ Id }) =>
      inspected.parse(await askDocker(socketPath, `/containers/${Id}/json`)),
    ),
  )
  return found
    .map(({ Id, State }) => ({ id: Id, startedAt: State.StartedAt }))
    .toSorted((a, b) => a.id.localeCompare(b.id))
}

async function askDocker(socketPath: string, path: string): Promise<unknown> {
  const [response] = (await once(get({ socketPath, path }), 'response')) as [IncomingMessage]
  return json(response)
}

function createMasternodes(folder: string, cleanup: Cleanup): Pick<RegionLab, 'start' | 'kill'> {
  const running = new Map<number, ChildProcess>()
  const log = openSync(join(folder, 'masternodes.log'), 'a')
  const kill = async (number: number): Promise<void> => {
    const child = running.get(number)
    running.delete(number)
    if (child !== undefined) await stopProcess(child, 'SIGKILL')
  }
  cleanup.add(async () => {
    await Promise.all([...running.keys()].map(kill))
  })
  const program = join(import.meta.dirname, 'masternode-child.ts')
  return {
    start: (number) => {
      const args = [program, fileOf(folder, `masternode-${number}`)]
      running.set(number, spawn(process.execPath, args, { stdio: ['ignore', log, log, 'ipc'] }))
    },
    kill,
  }
}

const numbersTo = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => index + 1)
const fileOf = (folder: string, name: string): string => join(folder, `${name}.json`)

async function findFreePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
