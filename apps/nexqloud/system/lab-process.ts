import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'

import {
  stopProcess,
  waitUntilReady,
  type Namespace,
} from '../../../packages/engine/system/lab/namespace.ts'
import { main } from './chain-process.ts'

/** A command of ours that runs until a test ends it, as often as that likes. */
export class LabProcess {
  readonly #parts: LabProcessParts
  #child: ChildProcess | undefined

  constructor(parts: LabProcessParts) {
    this.#parts = parts
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** Starts it, and resolves at once. */
  start(): void {
    const { start, args, logFile } = this.#parts
    this.#child = start(process.execPath, [main, ...args])
    this.#child.stderr?.pipe(createWriteStream(logFile, { flags: 'a' }))
  }

  /**
   * Resolves once `isReady` says so of the process that was started.
   *
   * @throws where that has ended.
   */
  async untilReady(isReady: (pid: number) => Promise<boolean>): Promise<void> {
    const child = this.#child
    if (child !== undefined) await waitUntilReady(child, () => isReady(child.pid ?? 0))
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child !== undefined) await stopProcess(this.#child, signal)
  }
}

type LabProcessParts = {
  /** How a program is started, and where. */
  readonly start: Namespace['start']
  /** The command and its options. */
  readonly args: readonly string[]
  readonly logFile: string
}

/** Starts a program in the test's own network; it ends with the test's process. */
export const startHere: Namespace['start'] = (program, args, { env = {}, cwd } = {}) =>
  spawn('setpriv', ['--pdeathsig', 'TERM', program, ...args], {
    env: { ...process.env, ...env },
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  })

/**
 * Runs a command of ours to its end, and returns its document.
 *
 * @throws where it fails.
 */
export function command(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...env } }
    execFile(process.execPath, [main, ...args, '--json'], options, (failure, stdout, stderr) => {
      if (failure !== null) return reject(new Error(`${args.join(' ')}: ${stdout}${stderr}`))
      resolve(JSON.parse(stdout) as Readonly<Record<string, unknown>>)
    })
  })
}
