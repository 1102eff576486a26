import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import type { Network } from '../launch/network.ts'

/** A device beside the network's own, whose agent runs as a service would run it. */
export type IdleDevice = { readonly pid: number; readonly stop: () => Promise<void> }

const root = join(import.meta.dirname, '../..')
const NAME = 'idle'

/** Joins a second device, starts its agent anew, and has the network's first device drained, so that what is launched goes to it. */
export async function startIdleDevice(network: Network): Promise<IdleDevice> {
  const beside = ['--nearby-registries', '--engine-socket', network.engineSocket]
  // Whatever else runs here is not its owner's.
  await done(network, ['limits', '--name', NAME, '--busy', 'never'])
  const joining = start(network, ['join', '--from', 'owner', '--yes', '--accept', ...beside])
  await untilUsable(network)
  await end(joining)
  const agent = start(network, ['run', ...beside])
  await untilUsable(network)
  await done(network, ['drain'])
  return { pid: agent.pid ?? 0, stop: () => end(agent) }
}

function start(network: Network, args: readonly string[]): ChildProcess {
  return nexqloud(network, [...args, '--name', NAME], 'ignore')
}

function nexqloud(
  { folder }: Pick<Network, 'folder'>,
  args: readonly string[],
  stdout: 'ignore' | 'pipe',
): ChildProcess {
  const command = ['device', ...args, '--data', folder, '--json']
  return spawn(join(root, 'nexqloud'), command, { stdio: ['ignore', stdout, 'ignore'] })
}

async function done(network: Network, args: readonly string[]): Promise<string> {
  const child = nexqloud(network, args, 'pipe')
  let printed = ''
  child.stdout?.on('data', (bytes: Buffer) => (printed += bytes.toString()))
  await once(child, 'close')
  return printed
}

async function untilUsable(network: Network): Promise<void> {
  for (let look = 0; look < 120; look += 1) {
    const status = await done(network, ['status', '--name', NAME])
    if (status.includes('"isUsable":true')) return
    await wait(500)
  }
  throw new Error('The second device was not used within two minutes.')
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
