/** A node behind its doors. */

import { pino } from 'pino'
import { Registry } from 'prom-client'
import type { Hex } from 'viem'

import type { GenesisFile } from '../src/genesis/genesis-file.ts'
import { openRpcServer, type RpcServer, type RpcServerOptions } from '../src/rpc/server.ts'
import { createLocalSimulator } from '../src/simulation/local-simulator.ts'
import { openChainNode, type ChainNode } from './chain-node.ts'

/** One answer as it comes over the wire. */
export type RawAnswer = {
  readonly jsonrpc: string
  readonly id: unknown
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** Opens the doors of a node; whoever opened that closes it. */
export function openTestServer(
  chain: Pick<ChainNode, 'view' | 'ground' | 'clock'>,
  options: Partial<RpcServerOptions> = {},
): Promise<RpcServer> {
  return openRpcServer(chain.view, {
    simulator: createLocalSimulator(chain.ground),
    clock: chain.clock,
    log: pino({ level: 'silent' }),
    registry: new Registry(),
    clientVersion: 'NexQloud/test',
    isFailed: () => false,
    port: 0,
    ...options,
  })
}

/** Opens a node in memory and its doors; both stop with `close`. */
export async function openRpcNode(genesis: GenesisFile, options: Partial<RpcServerOptions> = {}) {
  const chain = await openChainNode(genesis)
  const registry = new Registry()
  const server = await openTestServer(chain, { registry, ...options })
  const post = (body: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(server.url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
  return {
    ...chain,
    registry,
    url: server.url,
    webSocketUrl: server.url.replace('http', 'ws'),
    post,
    /** Asks one thing and returns the whole answer. */
    ask: async (method: string, ...params: readonly unknown[]): Promise<RawAnswer> => {
      const response = await post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
      return (await response.json()) as RawAnswer
    },
    /** Makes a block of what waits, and returns what was waited for. */
    afterBlock: async <Result>(awaited: Promise<Result>): Promise<Result> => {
      await chain.makeBlock()
      return awaited
    },
    close: async () => {
      await server.close()
      await chain.close()
    },
  }
}

/** A node behind its doors. */
export type RpcNode = Awaited<ReturnType<typeof openRpcNode>>

/** What `eth_sendRawTransaction` takes. */
export function toHex(raw: Uint8Array): Hex {
  return `0x${Buffer.from(raw).toString('hex')}`
}
