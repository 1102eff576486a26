import { observeChain, openNode, openRpcServer, type Node, type RpcServer } from '@nexqloud/chain'
import type { Logger } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'

import manifest from '../../package.json' with { type: 'json' }
import { announceDoors } from '../endpoints.ts'
import { createLog } from '../log.ts'
import { whenAborted, type Shell } from '../shell.ts'
import { openNetwork, type NetworkFolder, type NetworkOptions } from './networks.ts'
import { followsNobody, originOf } from './origin.ts'

/** How a node of the chain is run. */
export type RunOptions = NetworkOptions & {
  readonly host: string
  readonly port: number
  /** Takes the place of `port`. */
  readonly portBase?: number
  readonly vhost: readonly string[]
  readonly cors: readonly string[]
  readonly logLevel: string
}

/** Runs a node of the chain until somebody wants it to end, or it has to. */
export async function runChain(options: RunOptions, shell: Shell): Promise<void> {
  const log = createLog(options)
  const network = await openNetwork({ ...options, ...endpointOf(options) }, shell)
  const node = await openNode({
    genesis: network.genesis,
    folder: network.folder,
    log: log.child({ module: 'chain' }),
    clock: shell.clock,
  })
  try {
    const server = await openDoors(node, { options, shell, log })
    try {
      await serve({ network, node, server }, { options, shell })
    } finally {
      await server.close()
    }
  } finally {
    await node.close()
  }
}

/** Devices of a network on one machine dial its masternode on loopback. */
function endpointOf({
  masternodeEndpoint,
  portBase,
}: RunOptions): Pick<RunOptions, 'masternodeEndpoint'> {
  if (masternodeEndpoint !== undefined || portBase === undefined) return {}
  return { masternodeEndpoint: `127.0.0.1:${portBase + 8}` }
}

type Surroundings = { readonly options: RunOptions; readonly shell: Shell }

function openDoors(
  node: Node,
  { options, shell, log }: Surroundings & { readonly log: Logger },
): Promise<RpcServer> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  observeChain(node, registry)
  return openRpcServer(node, {
    simulator: node.simulator,
    clock: shell.clock,
    log: log.child({ module: 'rpc' }),
    registry,
    clientVersion: `NexQloud/v${manifest.version}`,
    isFailed: node.isFailed,
    host: options.host,
    port: options.portBase ?? options.port,
    hosts: options.vhost,
    origins: options.cors,
  })
}

type Running = {
  readonly network: NetworkFolder
  readonly node: Node
  readonly server: RpcServer
}

/** Says where the doors are for as long as they are open. */
async function serve(running: Running, { options, shell }: Surroundings): Promise<void> {
  const { network, node, server } = running
  const withdraw = await announceDoors(network.folder, 'chain', { chain: server.url })
  try {
    announce(running, { options, shell })
    await Promise.race([node.ended, whenAborted(shell.signal)])
  } finally {
    await withdraw()
  }
}

function announce({ network, node, server }: Running, { options, shell }: Surroundings): void {
  if (options.genesis !== undefined) shell.printer.note(followsNobody)
  const { number } = node.head().header
  const { chainId } = network.genesis.config
  if (options.json) {
    const { name, folder } = network
    const facts = { chain: server.url, name, chainId, data: folder, head: Number(number) }
    shell.printer.line(JSON.stringify(facts))
    return
  }
  const lines = [
    ['network', `${network.name}, chain ${chainId}${originOf(network, options)}`],
    ['JSON-RPC', `${server.url} (HTTP and WebSocket)`],
    ['health', `${server.url}/health, ${server.url}/metrics`],
    ['data', network.folder],
    ['head', `block ${number}`],
  ]
  for (const [name = '', value = ''] of lines) shell.printer.line(`${name.padEnd(10)}${value}`)
  shell.printer.line(
    'Ctrl-C stops it; nothing that was acknowledged is lost by any other end either.',
  )
}
