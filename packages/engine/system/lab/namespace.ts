import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'

import type { Cleanup } from './cleanup.ts'

/** A network namespace that a test made. */
export type Namespace = {
  readonly name: string
  /** Runs a program inside, and returns what it prints. */
  readonly run: (program: string, ...args: readonly string[]) => string
  /** Starts a program inside; it ends with the test's process, whatever becomes of that. */
  readonly start: (
    program: string,
    args: readonly string[],
    surroundings?: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string },
  ) => ChildProcess
}

/** Makes a network namespace with a loopback interface. */
export function openNamespace(cleanup: Cleanup): Namespace {
  const name = `nexqloud-${process.pid}-${randomBytes(4).toString('hex')}`
  execFileSync('ip', ['netns', 'add', name])
  cleanup.add(() => void execFileSync('ip', ['netns', 'delete', name]))
  // Not `ip netns exec`: it mounts /sys anew, without the cgroups.
  const enter = [`--net=/run/netns/${name}`]
  const namespace: Namespace = {
    name,
    run: (program, ...args) =>
      execFileSync('nsenter', [...enter, program, ...args], { encoding: 'utf8', stdio: 'pipe' }),
    start: (program, args, { env = {}, cwd } = {}) => {
      const tied = ['setpriv', '--pdeathsig', 'TERM', program, ...args]
      return spawn('nsenter', [...enter, ...tied], {
        env: { ...process.env, ...env },
        cwd,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
    },
  }
  namespace.run('ip', 'link', 'set', 'lo', 'up')
  return namespace
}

/** Ends a program and waits for it. */
export async function stopProcess(
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
}

/**
 * Resolves once `isReady` says so.
 *
 * @throws where the program ends first, with what it printed last.
 */
export async function waitUntilReady(
  child: ChildProcess,
  isReady: () => Promise<boolean>,
): Promise<void> {
  let printed = ''
  child.stderr?.on('data', (bytes: Buffer) => (printed = (printed + bytes.toString()).slice(-4000)))
  const until = performance.now() + 60_000
  while (!(await isReady())) {
    if (child.exitCode !== null || performance.now() > until) throw new Error(printed)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
