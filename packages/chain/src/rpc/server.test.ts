import { once } from 'node:events'
import { request as httpRequest } from 'node:http'

import { beforeAll, expect, test } from 'vitest'

import { signAs } from '../../test/engine.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import { openRpcNode, openTestServer, type RpcNode } from '../../test/rpc-node.ts'
import { openingOf } from '../../test/web-socket.ts'
import type { GenesisFile } from '../genesis/genesis-file.ts'
import { createLocalSimulator } from '../simulation/local-simulator.ts'
import { rpcLimitsByDefault } from './limits.ts'
import type { RpcServerOptions } from './server.ts'

const chainId = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}'
const allowed = 'https://wallet.example'

let genesis: GenesisFile

beforeAll(async () => {
  genesis = await createLocalGenesis({ [accountOf(0).address]: 10n ** 18n })
})

test('says how the node is, and that it has failed', async () => {
  let isFailed = false
  await withNode({ isFailed: () => isFailed }, async ({ url, clock, makeBlock }) => {
    await makeBlock()
    await clock.pass(12_000)
    const well = await fetch(`${url}/health`)
    expect(well.status).toBe(200)
    expect(await well.json()).toEqual({ status: 'ok', block: 1, blockAgeSeconds: 12 })
    isFailed = true
    const failed = await fetch(`${url}/health`)
    expect(failed.status).toBe(503)
    expect(await failed.json()).toMatchObject({ status: 'failed' })
  })
})

test('says that it is stalled where a transaction waits for longer than empty blocks do', async () => {
  await withNode({}, async ({ url, clock, view, makeBlock }) => {
    const statusAfter = async (ms: number) => {
      await clock.pass(ms)
      const response = await fetch(`${url}/health`)
      const { status } = (await response.json()) as { readonly status: string }
      return `${response.status} ${status}`
    }
    expect(await statusAfter(3_600_000)).toBe('200 ok')
    await view.pool.add((await signAs(0, { nonce: 0, to: accountOf(1).address })).raw)
    expect(await statusAfter(59_999)).toBe('200 ok')
    expect(await statusAfter(1)).toBe('503 stalled')
    await makeBlock()
    expect(await statusAfter(3_600_000)).toBe('200 ok')
    await view.pool.add((await signAs(0, { nonce: 2, to: accountOf(1).address })).raw)
    expect(await statusAfter(3_600_000)).toBe('200 ok')
  })
})

test('counts what is asked, and no names that clients make up', async () => {
  await withNode({}, async ({ url, ask }) => {
    await ask('eth_chainId')
    await ask('made_up')
    const text = await (await fetch(`${url}/metrics`)).text()
    expect(text).toContain('nexqloud_rpc_requests_total{method="eth_chainId",code="0"} 1')
    expect(text).toContain('nexqloud_rpc_requests_total{method="unknown",code="-32601"} 1')
    expect(text).not.toContain('made_up')
  })
})

test.each([
  ['an address', '127.0.0.1:1', 200],
  ['the machine’s own name', 'localhost', 200],
  ['a name that was given', 'node.example:80', 200],
  ['another name', 'evil.example', 403],
  ['another name that looks like an address', '127.0.0.1.evil.example', 403],
  ['nonsense', 'a b', 403],
])('a request for %s has status %s', async (_, host, status) => {
  await withNode({ hosts: ['node.example'] }, async ({ url }) => {
    expect(await statusFor(url, { host })).toBe(status)
  })
})

test('tells pages of origins that were named that they may ask, and no others', async () => {
  const evil = 'https://evil.example'
  const permission = 'access-control-allow-origin'
  await withNode({ origins: [allowed] }, async ({ url, post, webSocketUrl }) => {
    for (const method of ['OPTIONS', 'GET']) {
      const told = await fetch(`${url}/${method === 'GET' ? 'health' : ''}`, {
        method,
        headers: { origin: allowed },
      })
      expect(told.headers.get(permission)).toBe(allowed)
    }
    expect((await post(chainId, { origin: allowed })).headers.get(permission)).toBe(allowed)
    const untold = await fetch(url, { method: 'OPTIONS', headers: { origin: evil } })
    expect(untold.headers.get(permission)).toBeNull()
    expect(await openingOf(webSocketUrl, evil)).toBe('Unexpected server response: 403')
    expect(await openingOf(webSocketUrl, allowed)).toBe('open')
  })
})

test('answers a wallet that lives in a browser, over HTTP', async () => {
  await withNode({}, async ({ post }) => {
    const answer = await post(chainId, {
      origin: 'chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn',
    })
    expect(await answer.json()).toMatchObject({ result: '0x4e5852' })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })
})

test('what cannot be read is answered as JSON-RPC answers', async () => {
  const limits = { ...rpcLimitsByDefault, bodyBytes: 1000 }
  await withNode({ limits }, async ({ post }) => {
    const large = await post(`"${'x'.repeat(1000)}"`)
    expect(large.status).toBe(413)
    expect(await large.json()).toMatchInlineSnapshot(`
      {
        "error": {
          "code": -32600,
          "message": "content length too large: at most 1000 bytes",
        },
        "id": null,
        "jsonrpc": "2.0",
      }
    `)
    const other = await post(chainId, { 'content-type': 'text/plain' })
    expect(other.status).toBe(415)
    expect(await other.json()).toMatchInlineSnapshot(`
      {
        "error": {
          "code": -32600,
          "message": "invalid content type, only application/json is supported",
        },
        "id": null,
        "jsonrpc": "2.0",
      }
    `)
    const empty = await post('')
    expect(await empty.json()).toMatchObject({ error: { code: expect.any(Number) } })
  })
})

test('a request that asks no answer has none', async () => {
  await withNode({}, async ({ post }) => {
    const response = await post('{"jsonrpc":"2.0","method":"eth_chainId"}')
    expect(response.status).toBe(204)
    expect(await response.text()).toBe('')
  })
})

test('a client over its allowance is told to wait, and is let in again', async () => {
  const limits = { ...rpcLimitsByDefault, allowance: { perSecond: 1, burst: 2 } }
  await withNode({ limits }, async ({ ask, clock }) => {
    const code = async () => (await ask('eth_chainId')).error?.code
    expect([await code(), await code(), await code()]).toEqual([undefined, undefined, -32005])
    await clock.pass(1000)
    expect(await code()).toBeUndefined()
  })
})

test('closing answers what is under way', async () => {
  const begun = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const node = await openRpcNode(genesis)
  const slow = await openRpcNode(genesis, {
    simulator: {
      ...createLocalSimulator(node.ground),
      call: async () => {
        begun.resolve()
        await go.promise
        return { status: 'returned', data: '0x77', gasUsed: 0n }
      },
    },
  })
  const answer = slow.ask('eth_call', { to: accountOf(0).address })
  await begun.promise
  const closed = slow.close()
  go.resolve()
  expect(await answer).toMatchObject({ result: '0x77' })
  await closed
  await node.close()
})

test('a client whose calls ran long has to make good for it', async () => {
  const limits = { ...rpcLimitsByDefault, allowance: { perSecond: 1000, burst: 1000 } }
  const node = await openRpcNode(genesis)
  const slow = await openRpcNode(genesis, {
    limits,
    simulator: {
      ...createLocalSimulator(node.ground),
      call: async (_, caller) => {
        caller?.onRan?.(40)
        return { status: 'returned', data: '0x', gasUsed: 0n }
      },
    },
  })
  expect(await slow.ask('eth_call', { to: accountOf(0).address })).toMatchObject({ result: '0x' })
  expect((await slow.ask('eth_chainId')).error?.code).toBe(-32005)
  await slow.clock.pass(2000)
  expect((await slow.ask('eth_chainId')).error).toBeUndefined()
  await slow.close()
  await node.close()
})

test('a client pays for the transactions of the blocks that it reads whole', async () => {
  // 20 for receipts, 5 for a block, and 1 for two transactions of each.
  const limits = { ...rpcLimitsByDefault, allowance: { perSecond: 1, burst: 27 } }
  await withNode({ limits }, async ({ ask, mine }) => {
    const to = accountOf(1).address
    const sent = await Promise.all([0, 1].map((nonce) => signAs(0, { nonce, to })))
    await mine(...sent.map(({ raw }) => raw))
    expect((await ask('eth_getBlockReceipts', 'latest')).result).toHaveLength(2)
    expect((await ask('eth_getBlockByNumber', 'latest', true)).error).toBeUndefined()
    expect((await ask('eth_chainId')).error?.code).toBe(-32005)
  })
})

test('a call whose client has gone is told so', async () => {
  const { promise: called, resolve } = Promise.withResolvers<AbortSignal | undefined>()
  const node = await openRpcNode(genesis)
  const slow = await openRpcNode(genesis, {
    simulator: {
      ...createLocalSimulator(node.ground),
      call: (_, caller) => {
        resolve(caller?.signal)
        return new Promise(() => {})
      },
    },
  })
  const leaving = new AbortController()
  const body = { jsonrpc: '2.0', id: 1, method: 'eth_call', params: [{}] }
  const headers = { 'content-type': 'application/json' }
  const { signal } = leaving
  const asked = fetch(slow.url, { method: 'POST', body: JSON.stringify(body), headers, signal })
  asked.catch(() => {})
  const told = await called
  leaving.abort()
  await once(told ?? leaving.signal, 'abort')
  expect(told?.aborted).toBe(true)
  await slow.close()
  await node.close()
})

test('a port that is taken is told with what to do, and nothing is left listening', async () => {
  await withNode({}, async (node) => {
    const port = Number(new URL(node.url).port)
    const listeners = new Set<unknown>()
    const onHead: typeof node.view.onHead = (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
    const second = openTestServer({ ...node, view: { ...node.view, onHead } }, { port })
    await expect(second).rejects.toMatchObject({
      code: 'CHAIN_RPC_LISTEN_FAILED',
      message: `Port ${port} of 127.0.0.1 is taken by another process.`,
      hint: 'Stop that process, or choose another port with --port.',
    })
    expect(listeners).toEqual(new Set())
  })
})

test('an address that this machine does not have is told', async () => {
  await withNode({}, async (node) => {
    await expect(openTestServer(node, { host: '192.0.2.1' })).rejects.toMatchObject({
      message: 'This machine does not have the address 192.0.2.1.',
      hint: 'Name one of its own with --host.',
    })
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

/** `fetch` does not let a caller name the host. */
function statusFor(url: string, headers: Readonly<Record<string, string>>) {
  return new Promise<number | undefined>((resolve, reject) => {
    const request = httpRequest(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
    })
    request.on('response', (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.on('error', reject)
    request.end(chainId)
  })
}
