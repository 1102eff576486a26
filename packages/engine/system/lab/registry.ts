import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import Docker from 'dockerode'

import type { RegistryCredentials } from '../../src/image/image.ts'
import { loadBusybox } from './busybox-image.ts'
import type { Cleanup } from './cleanup.ts'
import { stopProcess, waitUntilReady, type Namespace } from './namespace.ts'
import { openScratchFolder } from './scratch.ts'

/** Two registries on loopback: one answers to everybody, one to the credentials only. */
const ports = { open: 5055, guarded: 5056 } as const

type RegistryName = keyof typeof ports

export const credentials: RegistryCredentials = { username: 'tenant', password: 'secret' }

/** bcrypt of the password above, the only kind that docker-registry takes. */
const HASH = '$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a'

/** Starts both registries on a namespace's loopback. */
export async function startRegistries(namespace: Namespace, cleanup: Cleanup): Promise<void> {
  for (const name of ['open', 'guarded'] as const) await startRegistry(namespace, cleanup, name)
}

async function startRegistry(
  namespace: Namespace,
  cleanup: Cleanup,
  name: RegistryName,
): Promise<void> {
  const folder = openScratchFolder(cleanup)
  const users = join(folder, 'users')
  writeFileSync(users, `${credentials.username}:${HASH}\n`)
  const configuration = {
    version: '0.1',
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: `127.0.0.1:${ports[name]}` },
    ...(name === 'guarded' && { auth: { htpasswd: { realm: 'tests', path: users } } }),
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(configuration))
  const child = namespace.start('docker-registry', ['serve', join(folder, 'config.json')])
  cleanup.add(() => stopProcess(child))
  await waitUntilReady(child, async () => isListening(namespace, ports[name]))
}

/** Whether a port of a namespace's loopback is listened on. */
export function isListening(namespace: Namespace, port: number): boolean {
  const address = `0100007F:${port.toString(16).toUpperCase()}`
  return namespace.run('cat', '/proc/net/tcp').includes(address)
}

type Publication = {
  readonly folder: string
  readonly registry: RegistryName
  readonly repository: string
  readonly architecture?: string
}

/** Builds an image, pushes it, and takes it away from the engine again; returns its name at the registry. */
export async function publish(socketPath: string, image: Publication): Promise<string> {
  const { folder, registry, repository, architecture } = image
  const name = `127.0.0.1:${ports[registry]}/${repository}:1`
  await loadBusybox(socketPath, { folder, name, note: name, ...(architecture && { architecture }) })
  const published = new Docker({ socketPath }).getImage(name)
  const authconfig = { ...credentials, serveraddress: `127.0.0.1:${ports[registry]}` }
  let said = ''
  for await (const bytes of await published.push({ authconfig })) said += String(bytes)
  if (said.includes('errorDetail')) throw new Error(said)
  await published.remove({ force: true })
  return name
}
