import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { delimiter, join } from 'node:path'

import { isRunning } from '../process.ts'
import type { RunProcess } from '../run-process.ts'
import { makePrivateFolder, readIfPresent } from '../whole-file.ts'
import { EngineInstallError, NoEngineError } from './errors.ts'
import type { Part } from './part.ts'

/** The engine that a network's devices use. */
export type EngineChoice = {
  readonly socketPath: string
  /** What runs it; nothing where it ran already. */
  readonly part?: Part
}

/** What choosing takes. */
export type EngineParts = {
  readonly dataFolder: string
  readonly logFolder: string
  readonly runProcess: RunProcess
  readonly signal: AbortSignal
  /** Told of what takes a while, or changes the machine. */
  readonly onStep: (text: string) => void
}

const usualSockets = ['/var/run/docker.sock', '/run/podman/podman.sock'] as const
const packages = ['docker.io', 'iptables', 'nftables'] as const
const installCommand = `apt-get install -y --no-install-recommends ${packages.join(' ')}`

/**
 * Returns an engine that answers, else one of our own, of Debian's packages, which are installed where they are missing.
 *
 * @throws {@link NoEngineError}, {@link EngineInstallError}
 */
export async function chooseEngine(parts: EngineParts): Promise<EngineChoice> {
  for (const socketPath of usualSockets) if (await answers(socketPath)) return { socketPath }
  if (process.getuid?.() !== 0) {
    throw new NoEngineError('only root can start one', `sudo ${installCommand}`)
  }
  if (!isOnPath('dockerd') || !isOnPath('nft') || !isOnPath('iptables')) await install(parts)
  return describeDaemon(parts)
}

/** Whether an engine answers at a socket. */
export function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(
      { socketPath, path: '/_ping', agent: false, timeout: 2000 },
      (response) => {
        response.resume()
        resolve(response.statusCode === 200)
      },
    )
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(false))
    asked.end()
  })
}

async function install({ runProcess, signal, onStep }: EngineParts): Promise<void> {
  if (!(await isDebian())) {
    throw new NoEngineError(
      'this system is neither Debian nor Ubuntu',
      'see docs.docker.com/engine/install',
    )
  }
  onStep(`installing ${packages.join(', ')} (${installCommand})`)
  const apt = async (...args: readonly string[]): Promise<void> => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    const outcome = await runProcess({ program: 'apt-get', args, cwd: '/', env }, signal)
    signal.throwIfAborted()
    if (outcome.exitCode !== 0) {
      throw new EngineInstallError(`apt-get ${args.join(' ')}`, outcome.output)
    }
  }
  await apt('update')
  await apt('install', '-y', '--no-install-recommends', ...packages)
}

async function isDebian(): Promise<boolean> {
  const release = (await readIfPresent('/etc/os-release')) ?? ''
  return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/m.test(release)
}

/** It makes no bridge and no rules of its own: nothing of it is left when it has ended. The device's own table lets tenants out. */
async function describeDaemon({
  dataFolder,
  logFolder,
  onStep,
}: EngineParts): Promise<EngineChoice> {
  const folder = runFolderOf(dataFolder)
  await makePrivateFolder(folder)
  await endLeftover(folder)
  const [socketPath, configuration] = [join(folder, 'docker.sock'), join(folder, 'daemon.json')]
  await writeFile(configuration, '{}')
  onStep('starting a Docker of its own')
  const args = [
    `--data-root=${join(dataFolder, 'engine')}`,
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
  const program = 'setpriv'
  const part = {
    name: 'engine',
    program,
    args: ['--pdeathsig', 'TERM', 'dockerd', ...args],
    logFolder,
  }
  return { socketPath, part }
}

/** Removes what a daemon of ours needed while it ran. */
export async function removeRunFolder(dataFolder: string): Promise<void> {
  await rm(runFolderOf(dataFolder), { recursive: true, force: true })
}

/** Sockets have short names. */
function runFolderOf(dataFolder: string): string {
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 8)
  return `/run/nexqloud-${name}`
}

const pidFileOf = (folder: string): string => join(folder, 'docker.pid')

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
  await rm(join(folder, 'exec', 'containerd', 'containerd.pid'), { force: true })
}

async function isDaemonOf(folder: string, pid: number): Promise<boolean> {
  if (!(pid > 0) || !isRunning(pid)) return false
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return command.includes(folder)
}

function isOnPath(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => existsSync(join(folder, program)))
}
