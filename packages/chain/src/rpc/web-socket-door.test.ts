import { once } from 'node:events'
import { createConnection } from 'node:net'

import { contracts } from '@nexqloud/ledger'
import { beforeAll, expect, test } from 'vitest'

import { signAs } from '../../test/engine.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import { openRpcNode, toHex, type RpcNode } from '../../test/rpc-node.ts'
import { connect, openingOf } from '../../test/web-socket.ts'
import type { GenesisFile } from '../genesis/genesis-file.ts'
import { rpcLimitsByDefault } from './limits.ts'
import type { RpcServerOptions } from './server.ts'

const chainId = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}'

let genesis: GenesisFile

beforeAll(async () => {
  genesis = await createLocalGenesis({ [accountOf(0).address]: 10n ** 18n })
})

test('a WebSocket answers batches, and lets go of who sends too much or is too many', async () => {
  const limits = { ...rpcLimitsByDefault, messageBytes: 1000, webSockets: 1, subscriptions: 1 }
  await withNode({ limits }, async ({ webSocketUrl }) => {
    const { socket, ask, closed } = await connect(webSocketUrl)
    expect(await ask(`[${chainId},${chainId}]`)).toHaveLength(2)
    const subscribe = '{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}'
    expect(await ask(subscribe)).toMatchObject({ result: expect.stringMatching(/^0x/) })
    expect(await ask(subscribe)).toMatchObject({ error: { code: -32005 } })
    expect(await openingOf(webSocketUrl)).toBe('Unexpected server response: 503')
    socket.send('x'.repeat(1001))
    expect(await closed).toBe(1009)
  })
})

test('a large message that finds no room is refused, and the connection goes on', async () => {
  const limits = { ...rpcLimitsByDefault, requestBytes: 100_000 }
  await withNode({ limits }, async ({ webSocketUrl }) => {
    const { ask } = await connect(webSocketUrl)
    const padding = ' '.repeat(99_000)
    expect(await ask(chainId + padding)).toMatchObject({ result: '0x4e5852' })
    expect(await ask(chainId + padding)).toMatchObject({ result: '0x4e5852' })
    expect(await ask(chainId + padding + padding)).toMatchObject({ error: { code: -32005 } })
    expect(await ask(chainId)).toMatchObject({ result: '0x4e5852' })
  })
})

test('one address has so many connections at most', async () => {
  const limits = { ...rpcLimitsByDefault, webSocketsPerClient: 1 }
  await withNode({ limits }, async ({ webSocketUrl }) => {
    await connect(webSocketUrl)
    expect(await openingOf(webSocketUrl)).toBe('Unexpected server response: 503')
  })
})

test('a client that resets its refused upgrade ends nothing but its own connection', async () => {
  await withNode({}, async ({ url, ask }) => {
    const { hostname, port } = new URL(url)
    for (let tries = 0; tries < 30; tries += 1) {
      const socket = createConnection(Number(port), hostname)
      await once(socket, 'connect')
      const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13'
      socket.write(`GET / HTTP/1.1\r\nHost: evil.example\r\n${upgrade}\r\n\r\n`)
      await new Promise(setImmediate)
      socket.resetAndDestroy()
    }
    expect(await ask('eth_chainId')).toMatchObject({ result: '0x4e5852' })
  })
})

test.each([
  ['its own share', { bufferedBytes: 100_000 }],
  ['what may wait for all together', { bufferedBytesInAll: 100_000 }],
])('a client that does not read, beyond %s, is let go', async (_, bound) => {
  const limits = { ...rpcLimitsByDefault, ...bound }
  await withNode({ limits }, async ({ webSocketUrl, registry }) => {
    const { socket, closed } = await connect(webSocketUrl)
    socket.pause()
    const block = `{"jsonrpc":"2.0","id":1,"method":"eth_getCode","params":["${contracts.leases.address}"]}`
    const text = `[${Array.from({ length: 100 }, () => block).join()}]`
    for (let sent = 0; sent < 400; sent += 1) socket.send(text)
    const metric = registry.getSingleMetric('nexqloud_rpc_slow_clients_total')
    let slow = 0
    while (slow === 0) {
      await new Promise(setImmediate)
      slow = (await metric?.get())?.values[0]?.value ?? 0
    }
    socket.resume()
    expect(await closed).toBe(1006)
  })
})

test('a client that is gone without a word is let go after two pings', async () => {
  await withNode({}, async ({ webSocketUrl, clock, registry }) => {
    const { socket, closed } = await connect(webSocketUrl, { autoPong: false })
    const pinged = new Promise((resolve) => socket.once('ping', resolve))
    await clock.pass(rpcLimitsByDefault.pingMs)
    await pinged
    await clock.pass(rpcLimitsByDefault.pingMs)
    expect(await closed).toBe(1006)
    const open = await registry.getSingleMetric('nexqloud_rpc_websockets')?.get()
    expect(open?.values[0]?.value).toBe(0)
  })
})

test('tells heads, logs and what waits, in the order of the chain', async () => {
  await withNode({}, async ({ webSocketUrl, mine, makeBlock }) => {
    const { ask, told } = await connect(webSocketUrl)
    const subscribe = (...params: readonly unknown[]) =>
      ask(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params }))
    const heads = await subscribe('newHeads')
    await subscribe('newPendingTransactions', true)
    const { raw } = await signAs(0, { nonce: 0, to: accountOf(1).address })
    const [hash] = await mine(toHex(raw))
    await makeBlock()
    const messages = [await told(), await told(), await told()]
    expect(messages).toMatchObject([
      { method: 'eth_subscription', params: { result: { hash, blockNumber: null } } },
      { params: { result: { number: '0x1', parentBeaconBlockRoot: expect.any(String) } } },
      { params: { result: { number: '0x2' } } },
    ])
    const { result } = heads as { readonly result: string }
    const end = { jsonrpc: '2.0', id: 2, method: 'eth_unsubscribe', params: [result] }
    expect(await ask(JSON.stringify(end))).toMatchObject({ result: true })
    expect(await ask(JSON.stringify(end))).toMatchObject({ error: { code: -32000 } })
  })
})

async function withNode(
  options: Partial<RpcServerOptions>,
  action: (node: RpcNode) => Promise<void>,
): Promise<void> {
  const node = await openRpcNode(genesis, options)
  try {
    await action(node)
  } finally {
    await node.close()
  }
}
