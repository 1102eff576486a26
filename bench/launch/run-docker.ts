import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { untilAnswered } from './first-byte.ts'

/** Launches a container of an image, and returns the milliseconds until the first byte that it answered. */
export type DockerRun = (image: string) => Promise<number>

/** Of a network of its own, where containers have addresses that are known before. */
const PREFIX = '10.211.77'
const NETWORK = 'nexqloud-launch-rival'

/** Makes a network on an engine, lets an action run containers in it, and removes it. */
export async function withDocker<Result>(
  socketPath: string,
  action: (run: DockerRun) => Promise<Result>,
): Promise<Result> {
  const docker = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('docker', ['-H', `unix://${socketPath}`, ...args])
    return stdout.trim()
  }
  let last = 9
  const run: DockerRun = async (image) => {
    last += 1
    const ip = `${PREFIX}.${last}`
    const startedMs = performance.now()
    const id = await docker('run', '-d', '--network', NETWORK, '--ip', ip, image)
    await untilAnswered(ip)
    const tookMs = performance.now() - startedMs
    await docker('rm', '-f', id)
    return tookMs
  }
  await assertDocker(docker)
  await docker('network', 'create', '--subnet', `${PREFIX}.0/24`, NETWORK)
  try {
    return await action(run)
  } finally {
    await docker('network', 'rm', NETWORK)
  }
}

async function assertDocker(docker: (...args: readonly string[]) => Promise<string>) {
  try {
    await docker('version')
  } catch (cause) {
    throw new Error(
      'The docker command is missing, or asks in vain: there is nobody to compare with. On Debian: apt-get install docker-cli',
      { cause },
    )
  }
}
