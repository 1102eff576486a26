import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { namesOf } from '../../../packages/device/src/reconcile/pod-labels.ts'
import { bridgeOf } from '../../../packages/engine/src/isolation/bridge.ts'
import { OWNER_LABEL } from '../../../packages/engine/src/isolation/create-options.ts'
import { networkTableName } from '../../../packages/engine/src/isolation/network-table.ts'
import { deviceFolderOf, readIdentity } from '../src/device/device-folder.ts'
import { ownerOf } from '../src/device/start-agent.ts'
import { runFolderOf } from '../src/up/own-engine.ts'
import { main } from './chain-process.ts'

/** What `up` tells once everything runs. */
type Started = { readonly url: string; readonly kubeconfig: string }

/** A network that runs from a folder. */
export type UpProcess = Started & {
  readonly pid: number
  /** Everything that it has said besides. */
  readonly said: () => string
  /** Ends `up` itself at once, as the death of it would. */
  readonly kill: () => Promise<void>
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>
}

/** No registry is in reach of it, wherever this runs. */
const env = {
  ...process.env,
  NODE_USE_ENV_PROXY: '1',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1,localhost',
}

/** Starts a network from a folder and returns once its first app answers. */
export async function startUp(
  folder: string,
  portBase: number,
  more: readonly string[] = [],
): Promise<UpProcess> {
  const args = [main, 'up', '--data', folder, '--port-base', String(portBase), '--json', ...more]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const started = new Promise<Started>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      if (stdout.endsWith('\n')) resolve(JSON.parse(stdout) as Started)
    })
  })
  const failed = ended.then((code) => {
    throw new Error(`up ended with ${code}: ${stderr.slice(-2000)}`)
  })
  failed.catch(() => {})
  return {
    ...(await Promise.race([started, failed])),
    pid: child.pid ?? 0,
    said: () => stderr,
    ended,
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Returns the processes of a folder's network: how each was started. */
export function processesOf(folder: string): readonly { pid: number; command: string }[] {
  const names = [folder, runFolderOf(folder)]
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), command: commandOf(pid) }))
    .filter(({ command }) => names.some((name) => command.includes(name)))
}

/** Looks at processes that are to end, 100 ms apart: counted, as a machine that stands still for a minute has nothing end meanwhile. */
const END_LOOKS = 600

/**
 * Resolves once nothing of a folder's network runs any more.
 *
 * @throws with what its engine told last, where something goes on.
 */
export async function untilEnded(folder: string): Promise<void> {
  for (let look = 0; look < END_LOOKS; look += 1) {
    if (processesOf(folder).length === 0) return
    await delay(100)
  }
  const left = processesOf(folder).map(({ command }) => command)
  const told = readFileSync(join(folder, 'logs', 'engine.log'), 'utf8').slice(-4000)
  throw new Error(`These have not ended:\n${left.join('\n')}\n${told}`)
}

/** Returns the process of a part of a folder's network. */
export function partOf(folder: string, name: string): number | undefined {
  return processesOf(folder).find(({ command }) => command.includes(`${main} ${name} `))?.pid
}

/** Returns what there is of a folder's network on the machine, in `default`: nothing, once it was stopped. */
export async function tracesOf(folder: string): Promise<readonly string[]> {
  const owner = await readOwner(folder)
  const [runFolder, bridge] = [
    runFolderOf(folder),
    bridgeOf(owner, namesOf(owner).network('default')),
  ]
  const tables = execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' }).split('\n')
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
  const links = readdirSync('/sys/class/net')
  return [
    ...processesOf(folder).map(({ command }) => command),
    ...(existsSync(runFolder) ? [runFolder] : []),
    ...mounts.filter((mount) => mount.includes(folder) || mount.includes(runFolder)),
    ...tables.filter((table) => table.endsWith(networkTableName(owner))),
    ...links.filter((link) => link === bridge),
  ]
}

/** Returns the containers that the device of a folder has on an engine. */
export async function containersOf(folder: string, socketPath: string): Promise<readonly string[]> {
  const filter = `label=${OWNER_LABEL}=${await readOwner(folder)}`
  const args = ['-H', `unix://${socketPath}`, 'ps', '-aq', '--filter', filter]
  return execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean)
}

async function readOwner(folder: string): Promise<string> {
  const identity = await readIdentity(deviceFolderOf(folder))
  if (identity === undefined) throw new TypeError(`${folder} has no device.`)
  return ownerOf(identity)
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
