import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'

import { createRpcClient, type RpcClient } from './rpc-client.ts'

/** A node in a process of its own, which makes a block when it is told to. */
export type ReadServer = {
  readonly pid: number
  readonly client: RpcClient
  /** Makes a block of the transactions that wait. */
  readonly mine: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Starts our node on the `genesis.json` of a folder, where its data will lie too. */
export async function startOurs(folder: string): Promise<ReadServer> {
  const child = fork(join(import.meta.dirname, 'serve-chain.ts'), [folder])
  const failure = failureOf(child)
  const told = async () => {
    const [message] = await Promise.race([once(child, 'message'), failure])
    return message as unknown
  }
  const client = createRpcClient(String(await told()))
  return {
    pid: child.pid ?? 0,
    client,
    mine: async () => {
      child.send('mine')
      await told()
    },
    close: async () => {
      client.close()
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

/**
 * Starts anvil on the `genesis.json` of a folder, without its log of requests.
 *
 * @throws where npm has no anvil for this machine.
 */
export async function startAnvil(folder: string): Promise<ReadServer> {
  const port = await findFreePort()
  const options = ['--init', join(folder, 'genesis.json'), '--chain-id', '5134418']
  const more = ['--hardfork', 'cancun', '--no-mining', '--quiet', '--port', String(port)]
  const child = spawn(findAnvil(), [...options, ...more], { stdio: 'ignore' })
  const client = createRpcClient(`http://127.0.0.1:${port}`)
  await Promise.race([untilAnswering(client), failureOf(child)])
  return {
    pid: child.pid ?? 0,
    client,
    mine: async () => {
      await client.ask('evm_mine')
    },
    close: async () => {
      client.close()
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

const packageNames: Readonly<Record<string, string>> = {
  x64: 'anvil-linux-amd64',
  arm64: 'anvil-linux-arm64',
}

/** The command line's tests have it. */
function findAnvil(): string {
  const name = packageNames[process.arch]
  const from = createRequire(join(import.meta.dirname, '../../apps/nexqloud/package.json'))
  try {
    return from.resolve(`@foundry-rs/${name}/bin/anvil`)
  } catch (cause) {
    const machine = `${process.platform} on ${process.arch}`
    throw new Error(`npm has no anvil for ${machine}: there is nobody to compare with.`, { cause })
  }
}

/** Rejects when the node ends, which nobody need notice who has stopped it. */
function failureOf(child: ChildProcess): Promise<never> {
  const failure = once(child, 'exit').then(([code]: readonly unknown[]): never => {
    throw new Error(`The node ended with ${String(code)}.`)
  })
  failure.catch(() => {})
  return failure
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

async function untilAnswering(client: RpcClient): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    try {
      await client.ask('eth_chainId')
      return
    } catch {
      await new Promise((resolve) => {
        setTimeout(resolve, 50)
      })
    }
  }
  throw new Error('The node does not answer.')
}
