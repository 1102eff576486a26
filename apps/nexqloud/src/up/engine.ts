import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { delimiter, join } from 'node:path'

import type { RunProcess } from '../run-process.ts'
import { readIfPresent } from '../whole-file.ts'
import { EngineInstallError, NoEngineError } from './errors.ts'
import { describeOwnEngine } from './own-engine.ts'
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
  /** Told before something is installed. */
  readonly onInstall: (text: string) => void
}

const usualSockets = ['/var/run/docker.sock', '/run/podman/podman.sock'] as const
const packages = ['docker.io', 'iptables', 'nftables', 'iproute2'] as const
const installCommand = `apt-get install -y --no-install-recommends ${packages.join(' ')}`

/**
 * Returns an engine that answers, else one of our own, of Debian's packages, which are installed where they are missing.
 *
 * @throws {@link NoEngineError}, {@link EngineInstallError}
 */
export async function chooseEngine(parts: EngineParts): Promise<EngineChoice> {
  for (const socketPath of usualSockets) if (await answers(socketPath)) return { socketPath }
  await ensureInstalled(parts)
  return describeOwnEngine(parts)
}

/**
 * Sees to it that an engine can be started here.
 *
 * @throws {@link NoEngineError}, {@link EngineInstallError}
 */
export async function ensureInstalled(parts: EngineParts): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new NoEngineError('only root can start one', `sudo ${installCommand}`)
  }
  const programs = ['dockerd', 'nft', 'iptables', 'ip']
  if (!programs.every(isOnPath)) await install(parts)
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

async function install({ runProcess, signal, onInstall }: EngineParts): Promise<void> {
  if (!(await isDebian())) {
    throw new NoEngineError(
      'this system is neither Debian nor Ubuntu',
      'see docs.docker.com/engine/install',
    )
  }
  onInstall(
    `No container engine is here: installing ${packages.join(', ')} (${installCommand}) ...`,
  )
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

function isOnPath(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => existsSync(join(folder, program)))
}
