import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'

import type { Cleanup } from './cleanup.ts'
import { stopProcess, waitUntilReady, type Namespace } from './namespace.ts'
import { openScratchFolder, removeCgroups } from './scratch.ts'

/** Starts a Docker of its own in a namespace, and returns the path of its socket. */
export async function startDocker(
  namespace: Namespace,
  cleanup: Cleanup,
  flags: readonly string[] = [],
): Promise<string> {
  const folder = openScratchFolder(cleanup)
  const socketPath = join(folder, 'socket')
  writeFileSync(join(folder, 'daemon.json'), '{}')
  cleanup.add(() => removeCgroups(namespace.name))
  const child = namespace.start('dockerd', [
    `--data-root=${join(folder, 'data')}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--pidfile=${join(folder, 'pid')}`,
    `--host=unix://${socketPath}`,
    `--config-file=${join(folder, 'daemon.json')}`,
    `--cgroup-parent=/${namespace.name}`,
    '--shutdown-timeout=1',
    '--default-address-pool=base=10.210.0.0/16,size=24',
    ...flags,
  ])
  cleanup.add(() => stopProcess(child))
  await waitUntilReady(child, () => answers(socketPath))
  return socketPath
}

/** Whether an engine answers at a socket. */
export function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/_ping', agent: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    asked.once('error', () => resolve(false))
    asked.end()
  })
}
