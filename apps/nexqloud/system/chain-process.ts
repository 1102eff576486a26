import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** A node of the chain in a process of its own. */
export type ChainProcess = {
  /** Where its JSON-RPC answers. */
  readonly url: string
  /** Ends it at once, as the death of the machine would; resolves when it is gone. */
  readonly kill: () => Promise<void>
  /** Asks it to end, and returns its exit code. */
  readonly stop: () => Promise<number | null>
  /** Resolves when it has ended, with its exit code and everything that it wrote. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly output: string }>
}

/** The module that the command line starts with. */
export const main = join(import.meta.dirname, '../src/main.ts')

/** Starts a node on a data folder, on any free port; `wrapper` is a program that starts it, e.g. a tracer. */
export async function startChain(
  folder: string,
  wrapper: readonly string[] = [],
): Promise<ChainProcess> {
  const node = [process.execPath, main, 'chain', '--data', folder, '--port', '0', '--json']
  const [program = '', ...args] = [...wrapper, ...node]
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = once(child, 'close').then(([code]) => ({
    exitCode: code as number | null,
    output: stdout + stderr,
  }))
  const url = await Promise.race([
    readUrl(() => stdout, child.stdout),
    ended.then(({ exitCode, output }) => {
      throw new Error(`The node ended with ${exitCode}: ${output.slice(-2000)}`)
    }),
  ])
  const signal = async (name: NodeJS.Signals): Promise<number | null> => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, name)
    return (await ended).exitCode
  }
  return {
    url,
    ended,
    stop: () => signal('SIGTERM'),
    kill: async () => {
      await signal('SIGKILL')
    },
  }
}

/** Runs a command of the command line to its end and returns what it printed. */
export function runCommand(...args: readonly string[]): {
  exitCode: number | null
  output: string
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
  })
  return { exitCode: status, output: stdout + stderr }
}

/** Resolves with the URL on the first line of what a node prints. */
function readUrl(said: () => string, stdout: Readable): Promise<string> {
  return new Promise((resolve) => {
    stdout.on('data', () => {
      const [line, rest] = said().split('\n')
      if (line === undefined || rest === undefined) return
      resolve((JSON.parse(line) as { readonly chain: string }).chain)
    })
  })
}

/** Returns what a node answers to a request. */
export async function ask(
  url: string,
  method: string,
  ...params: readonly unknown[]
): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body })
  const answer = (await response.json()) as {
    readonly result?: unknown
    readonly error?: { readonly message: string }
  }
  if (answer.error !== undefined) throw new Error(answer.error.message)
  return answer.result
}
