import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import { ApiUnreachableError } from '../src/client/errors.ts'
import { openKubeconfigTransport } from '../src/client/kubeconfig-transport.ts'

const EMPTY_LIST = '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[]}'

test('calls go over connections that are there already', async () => {
  const kube = await serve((response) => response.end(EMPTY_LIST))
  const transport = await openKubeconfigTransport(kube.kubeconfig)
  for (let turn = 0; turn < 20; turn += 1) {
    await transport.call({ method: 'GET', path: '/api/v1/pods', query: {} })
  }
  // An answer may be read before its connection counts as free.
  expect(kube.connectionCount()).toBeLessThanOrEqual(2)
  await transport.close()
  await kube.close()
})

test('an answer that breaks off is that of a server out of reach', async () => {
  const kube = await serve((response) => {
    response.setHeader('content-length', EMPTY_LIST.length)
    response.write(EMPTY_LIST.slice(0, 10), () => response.destroy())
  })
  const transport = await openKubeconfigTransport(kube.kubeconfig)
  const call = transport.call({ method: 'GET', path: '/api/v1/pods', query: {} })
  await expect(call).rejects.toThrow(ApiUnreachableError)
  await transport.close()
  await kube.close()
})

test('a server that says when to ask again is asked again, a few times', async () => {
  let refusals = 0
  let most = 3
  const kube = await serve((response) => {
    refusals += 1
    if (refusals > most) return response.end(EMPTY_LIST)
    response.writeHead(429, { 'retry-after': '0' })
    return response.end(
      '{"kind":"Status","status":"Failure","reason":"TooManyRequests","code":429}',
    )
  })
  const transport = await openKubeconfigTransport(kube.kubeconfig)
  const ask = (method: 'GET' | 'POST') =>
    transport.call({ method, path: '/api/v1/pods', query: {} })
  expect(await ask('GET')).toMatchObject({ kind: 'PodList' })
  refusals = 0
  most = 100
  await expect(ask('GET')).rejects.toMatchObject({ reason: 'TooManyRequests' })
  expect(refusals).toBe(10)
  await expect(ask('POST')).rejects.toMatchObject({ reason: 'TooManyRequests' })
  expect(refusals).toBe(11)
  await transport.close()
  await kube.close()
})

async function serve(answer: (response: ServerResponse) => void) {
  let connections = 0
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    answer(response)
  })
  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    kubeconfig: JSON.stringify({
      clusters: [
        {
          name: 'c',
          cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true },
        },
      ],
      users: [{ name: 'u', user: { token: 'a-token' } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'c',
    }),
    connectionCount: () => connections,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
