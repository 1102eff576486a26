import { execFile } from 'node:child_process'

import { main } from './chain-process.ts'

/** How a command ended, and all that it said. */
export type Ended = { readonly exitCode: number; readonly output: string }

/** A command of the command line that runs. */
export type Running = Disposable & {
  readonly ended: Promise<Ended>
  /** Ends it as Ctrl-C does. */
  readonly end: () => Promise<Ended>
}

/** Starts a command of the command line. */
export function runToEnd(...args: readonly string[]): Running {
  const { promise: ended, resolve } = Promise.withResolvers<Ended>()
  const child = execFile(process.execPath, [main, ...args], (_, stdout, stderr) =>
    resolve({ exitCode: child.exitCode ?? 1, output: stdout + stderr }),
  )
  return {
    ended,
    end: () => {
      child.kill('SIGINT')
      return ended
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}
