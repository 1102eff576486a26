/** A node of Ethereum from npm that starts from our genesis, for tests that need a whole chain. */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

/** A running node. */
export type Anvil = AsyncDisposable & {
  readonly url: string
  /** Sends a request of the node's own, e.g. to let time pass. */
  readonly request: (method: string, params?: readonly unknown[]) => Promise<unknown>
}

const packageNames: Readonly<Record<string, string>> = {
  'linux x64': 'anvil-linux-amd64',
  'linux arm64': 'anvil-linux-arm64',
  'darwin x64': 'anvil-darwin-amd64',
  'darwin arm64': 'anvil-darwin-arm64',
}

/** Returns the program; `undefined` where npm has none for this machine. */
export function findAnvil(): string | undefined {
  const name = packageNames[`${process.platform} ${process.arch}`]
  if (name === undefined) return undefined
  try {
    return createRequire(import.meta.url).resolve(`@foundry-rs/${name}/bin/anvil`)
  } catch {
    return undefined
  }
}

/** Starts the node on a port that is free; its blocks are made when there is a transaction. */
export async function startAnvil(program: string, genesisFile: string): Promise<Anvil> {
  const options = ['--init', genesisFile, '--chain-id', '5134418', '--hardfork', 'cancun']
  const child = spawn(program, [...options, '--port', '0'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const url = `http://${await readDoor(child)}`
  return {
    url,
    request: async (method, params = []) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(url, { method: 'POST', headers, body })
      return ((await response.json()) as { result: unknown }).result
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}

/** The node says where it listens once it does. */
async function readDoor({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('The node has no output.')
  for await (const line of createInterface(stdout)) {
    const [, door] = /^Listening on (\S+)/.exec(line) ?? []
    if (door === undefined) continue
    stdout.resume()
    return door
  }
  throw new Error('The node ended before it listened.')
}
