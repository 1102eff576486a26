import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { instances } from '@nexqloud/control'
import { createKubeClient, openKubeconfigTransport, type KubeClient } from '@nexqloud/kube'

import { removeInstance } from './launch-instance.ts'

/** A whole network on this machine, as `nexqloud up` starts it, with nothing on it. */
export type Network = {
  /** Where it keeps what it is. */
  readonly folder: string
  readonly client: KubeClient
  /** Of the engine that its device uses. */
  readonly engineSocket: string
  /** An image that is on the device already, and answers HTTP on port 80. */
  readonly image: string
  readonly close: () => Promise<void>
}

/** What `up --json` prints once all has started. */
type Started = { readonly kubeconfig: string; readonly engines: readonly string[] }

/** The first app has brought its image; it is removed before anything is measured. */
export async function startNetwork(): Promise<Network> {
  const folder = await mkdtemp(join(tmpdir(), 'nexqloud-launch-'))
  const command = join(import.meta.dirname, '../../apps/nexqloud/src/main.ts')
  const args = ['up', '--json', '--data', folder, '--port-base', String(await findFreeBase())]
  const child = spawn(process.execPath, [command, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true })
  }
  try {
    const lines = createInterface(child.stdout)
    const [line] = (await Promise.race([once(lines, 'line'), failAfter(ended)])) as [string]
    const { kubeconfig, engines } = JSON.parse(line) as Partial<Started>
    if (kubeconfig === undefined || engines === undefined) throw new Error(line)
    const transport = await openKubeconfigTransport(await readFile(kubeconfig, 'utf8'))
    const client = createKubeClient(transport)
    const image = await takeFirstApp(client)
    const close = async (): Promise<void> => {
      await client.close()
      await stop()
    }
    return { folder, client, engineSocket: engines[0] ?? '', image, close }
  } catch (failure) {
    await stop()
    throw failure
  }
}

/** How many ports `up` may use from its first one on. */
const PORTS = 10

/** Returns a port after which that many are free, below the range that outgoing connections take theirs from. */
async function findFreeBase(): Promise<number> {
  for (;;) {
    const base = randomInt(20_000, 30_000)
    const areFree = await Promise.all(Array.from({ length: PORTS }, (_, at) => isFree(base + at)))
    if (!areFree.includes(false)) return base
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

async function failAfter(ended: Promise<readonly unknown[]>): Promise<never> {
  const [code] = await ended
  throw new Error(`nexqloud up ended with ${String(code)}.`)
}

async function takeFirstApp(client: KubeClient): Promise<string> {
  const name = { namespace: 'default', name: 'first-app' }
  const { spec } = await client.get(instances, name)
  await removeInstance(client, name.name)
  const image = spec.template.spec?.containers[0]?.image
  if (image === undefined) throw new Error('The first app has no image.')
  return image
}
