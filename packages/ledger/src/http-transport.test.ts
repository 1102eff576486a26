import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createPublicClient, type Transport } from 'viem'
import { expect, onTestFinished, test } from 'vitest'

import { createHttpTransport, type HttpOptions } from './http-transport.ts'

test('questions that are asked at once go as one request, over a connection that is there already', async () => {
  const node = await serve((response, calls) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(calls.map(({ id }) => ({ jsonrpc: '2.0', id, result: '0x10' }))))
  })
  const client = createPublicClient({ transport: node.reach({ batch: true }) })
  const ask = () => Promise.all([client.getChainId(), client.getBlockNumber({ cacheTime: 0 })])
  expect(await ask()).toEqual([16, 16n])
  expect(await ask()).toEqual([16, 16n])
  expect(node.counts).toEqual({ requests: 2, connections: 1 })
})

test('what a node refuses is told in its words, with its status', async () => {
  const error = { code: -32005, message: 'You have asked too much.' }
  const node = await serve((response) => {
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '1' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, error }))
  })
  const client = createPublicClient({ transport: node.reach() })
  await expect(client.getChainId()).rejects.toThrow('You have asked too much.')
})

test('an answer without end is given up, and one that does not come', async () => {
  const chunk = '9'.repeat(1 << 20)
  const endless = await serve((response) => {
    response.setHeader('content-type', 'application/json')
    const more = (): void => {
      if (!response.destroyed) response.write(chunk, () => setImmediate(more))
    }
    more()
  })
  const { getChainId } = createPublicClient({ transport: endless.reach() })
  await expect(getChainId()).rejects.toThrow('size')
  const silent = await serve(() => {})
  const client = createPublicClient({ transport: silent.reach({ timeout: 50 }) })
  await expect(client.getChainId()).rejects.toThrow('took too long')
})

type Call = { readonly id: number }

async function serve(answer: (response: ServerResponse, calls: readonly Call[]) => void) {
  const counts = { requests: 0, connections: 0 }
  const server = createServer((request, response) => {
    counts.requests += 1
    request.setEncoding('utf8')
    let text = ''
    request.on('data', (part: string) => (text += part))
    request.on('end', () => answer(response, [JSON.parse(text) as Call | Call[]].flat()))
  })
  server.on('connection', () => (counts.connections += 1))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const reach = (options: HttpOptions = {}): Transport =>
    createHttpTransport(`http://127.0.0.1:${port}`, { retryCount: 0, ...options })
  return { counts, reach }
}
