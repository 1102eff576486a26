import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { isRunning } from '../process.ts'
import { makePrivateFolder, readIfPresent } from '../whole-file.ts'
import { endOnce } from './end-once.ts'
import type { EngineChoice } from './engine.ts'
import { startClean } from './start-clean.ts'

/** An engine that `up` runs itself. */
export type OwnEngine = {
  readonly dataFolder: string
  readonly logFolder: string
  /** Of several devices; the first one where it is left out. */
  readonly number?: number
  /** What it is started by, e.g. into a network namespace. */
  readonly enter?: readonly string[]
}

/** It makes no bridge and no rules of its own: nothing of it is left when it has ended. The device's own table lets tenants out. */
export async function describeOwnEngine(own: OwnEngine): Promise<Required<EngineChoice>> {
  const { dataFolder, logFolder, number = 1, enter = [] } = own
  const name = nameOf(number)
  const folder = join(runFolderOf(dataFolder), name)
  await makePrivateFolder(folder)
  await endLeftover(folder)
  const [socketPath, configuration] = [join(folder, 'docker.sock'), join(folder, 'daemon.json')]
  await writeFile(configuration, '{}')
  const args = [
    `--data-root=${join(dataFolder, name)}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--pidfile=${pidFileOf(folder)}`,
    `--host=unix://${socketPath}`,
    `--config-file=${configuration}`,
    '--bridge=none',
    '--iptables=false',
    '--ip6tables=false',
    '--userland-proxy=false',
    '--default-address-pool=base=10.210.0.0/16,size=24',
  ]
  // It ends with `up`, whatever becomes of that.
  const daemon = startClean(containerdPidFileOf(folder), ['dockerd', ...args])
  const [program = '', ...rest] = [...enter, ...endOnce(daemon)]
  return { socketPath, part: { name, program, args: rest, logFolder } }
}

/** Removes what an engine of ours needed while it ran. */
export async function removeRunFolder({ dataFolder, number }: OwnEngine): Promise<void> {
  await unmount(join(dataFolder, nameOf(number)))
  await rm(join(runFolderOf(dataFolder), nameOf(number)), { recursive: true, force: true })
  await closeRunFolder(dataFolder)
}

/** Returns the numbers of the engines of ours that run, or whose `up` was killed. */
export async function listOwnEngines(dataFolder: string): Promise<readonly number[]> {
  const names = await readdir(runFolderOf(dataFolder)).catch(() => [])
  return names
    .filter((name) => /^engine(-\d+)?$/.test(name))
    .map((name) => Number(name.split('-')[1] ?? 1))
}

/** Docker mounts its folder on itself; one that was killed left that to nobody. */
async function unmount(folder: string): Promise<void> {
  await promisify(execFile)('umount', [folder]).catch(() => {
    // It is not mounted, as after every orderly end.
  })
}

const nameOf = (number = 1): string => (number === 1 ? 'engine' : `engine-${number}`)

/** Makes the folder that engines of ours have while they run, and returns its name. */
export async function openRunFolder(dataFolder: string): Promise<string> {
  await makePrivateFolder(runFolderOf(dataFolder))
  return runFolderOf(dataFolder)
}

/** Takes the folder away once nothing is in it. */
export async function closeRunFolder(dataFolder: string): Promise<void> {
  await rmdir(runFolderOf(dataFolder)).catch(() => {
    // Others are in it, or it is gone.
  })
}

/** Returns where engines of ours have their sockets, which have short names. */
export function runFolderOf(dataFolder: string): string {
  return `/run/nexqloud-${tagOf(dataFolder)}`
}

/** Returns eight characters that tell a data folder from others on this machine. */
export function tagOf(dataFolder: string): string {
  return createHash('sha256').update(dataFolder).digest('hex').slice(0, 8)
}

const pidFileOf = (folder: string): string => join(folder, 'docker.pid')

function containerdPidFileOf(folder: string): string {
  return join(folder, 'exec', 'containerd', 'containerd.pid')
}

/** So long a daemon whose `up` was killed may take to end: attempts, 100 ms apart. */
const END_LOOKS = 200

async function endLeftover(folder: string): Promise<void> {
  const pid = Number((await readIfPresent(pidFileOf(folder))) ?? '')
  for (let look = 0; look < END_LOOKS && (await isDaemonOf(folder, pid)); look += 1) {
    if (look === 0) process.kill(pid, 'SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  // A number that another process has got since looks alive to the next daemon.
  await rm(pidFileOf(folder), { force: true })
  await rm(containerdPidFileOf(folder), { force: true })
}

async function isDaemonOf(folder: string, pid: number): Promise<boolean> {
  if (!(pid > 0) || !isRunning(pid)) return false
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return command.includes(folder)
}
