import { once } from 'node:events'
import { connect, type IncomingHttpHeaders } from 'node:http2'
import { request as requestHttps, type RequestOptions } from 'node:https'

import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'

import { createFakeStreams } from '../test/fake-streams.ts'
import { serveEmbedded } from './served-embedded.ts'

let served: Awaited<ReturnType<typeof serveEmbedded>>

beforeAll(async () => {
  served = await serveEmbedded()
})
afterAll(async () => {
  await served.close()
})

const admin = { authorization: 'Bearer admin-token' }

test('nobody is answered who is not known, but whether the server is well', async () => {
  expect(await ask('/api/v1/pods')).toMatchObject({ code: 401, body: { reason: 'Unauthorized' } })
  const wrong = { authorization: 'Bearer wrong' }
  expect(await ask('/api/v1/pods', { headers: wrong })).toMatchObject({ code: 401 })
  expect(await ask('/readyz')).toMatchObject({ code: 200 })
})

test('a client certificate says who asks', async () => {
  const { certificates } = served
  certificates.sign('root', '/O=system:masters/CN=root', 'extendedKeyUsage=clientAuth')
  certificates.sign('node', '/O=system:nodes/CN=system:node:node-a', 'extendedKeyUsage=clientAuth')
  const as = (name: string) => ({
    key: certificates.read(`${name}.key`),
    cert: certificates.read(`${name}.crt`),
  })
  expect(await ask('/api/v1/pods', as('root'))).toMatchObject({ code: 200 })
  const session = connect(`https://127.0.0.1:${served.port}`, {
    ca: certificates.read('ca.crt'),
    ...as('root'),
  })
  const [headers] = (await once(session.request({ ':path': '/api/v1/pods' }), 'response')) as [
    IncomingHttpHeaders & { readonly ':status'?: number },
  ]
  expect(headers[':status']).toBe(200)
  session.destroy()
  expect(await ask('/api/v1/pods', as('node'))).toMatchObject({ code: 403 })
  expect(await ask('/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-a', as('node'))).toMatchObject({
    code: 200,
  })
})

test('a body of 100 MB is refused before it has all come', async () => {
  const body = Buffer.alloc(100 << 20, 32)
  const headers = { ...admin, 'content-type': 'application/json' }
  const answer = await ask('/api/v1/namespaces', { method: 'POST', headers }, body).catch(
    (failure: unknown) => failure,
  )
  // The connection may be cut before the answer is read.
  if (!(answer instanceof Error)) expect(answer).toMatchObject({ code: 413 })
  expect(process.memoryUsage().rss).toBeLessThan(1 << 30)
  expect(await ask('/readyz')).toMatchObject({ code: 200 })
})

test.each([
  ['text/plain', 'x', 415],
  ['application/vnd.kubernetes.protobuf', 'k8s', 415],
  ['application/json', '{"a":', 400],
  ['application/json', '[]', 400],
])('a body of %s that reads %s is refused', async (contentType, text, code) => {
  const headers = { ...admin, 'content-type': contentType }
  const answer = await ask('/api/v1/namespaces', { method: 'POST', headers }, Buffer.from(text))
  expect(answer).toMatchObject({ code, body: { kind: 'Status', status: 'Failure', code } })
})

test('a body that would harm whoever reads it is refused', async () => {
  const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
  for (const data of [deep, '{"__proto__":{"a":"b"}}']) {
    const headers = { ...admin, 'content-type': 'application/json' }
    const body = Buffer.from(`{"metadata":{"name":"x"},"data":${data}}`)
    const path = '/api/v1/namespaces/default/configmaps'
    const answer = await ask(path, { method: 'POST', headers }, body)
    expect(answer).toMatchObject({ code: 400, body: { reason: 'BadRequest' } })
  }
  expect(served.failures).toEqual([])
})

test('bodies that do not come are not waited for, and hold one account alone back', async () => {
  const { port, certificates, close } = await serveEmbedded({}, { bodyMs: 500, requestsOfUser: 5 })
  const session = connect(`https://127.0.0.1:${port}`, { ca: certificates.read('ca.crt') })
  const post = (token: string) => {
    const path = '/api/v1/namespaces/alice/configmaps'
    const headers = { ':method': 'POST', ':path': path, authorization: `Bearer ${token}` }
    const stream = session.request(headers, { endStream: false })
    stream.on('error', () => {}).write('{"metadata":')
    return { stream, closed: once(stream, 'close') }
  }
  const slow = Array.from({ length: 5 }, () => post('alice-token'))
  const [refused] = (await once(post('alice-token').stream, 'response')) as [IncomingHttpHeaders]
  expect(refused[':status']).toBe(429)
  const other = session.request({ ':path': '/api/v1/pods', ...admin })
  const [answered] = (await once(other, 'response')) as [IncomingHttpHeaders]
  expect(answered[':status']).toBe(200)
  await Promise.all(slow.map(({ closed }) => closed))
  session.destroy()
  await close()
})

test('paths that are none are not found, or bad', async () => {
  for (const path of [
    '/',
    '/x',
    '/api/v2/pods',
    '/api/v1/pods/a/b/c/d',
    '/apis/none/v1',
    '/openapi/v3/none',
  ]) {
    expect(await ask(path, { headers: admin })).toMatchObject({ code: 404 })
  }
  expect(await ask('/api/v1/namespaces/%ff', { headers: admin })).toMatchObject({ code: 400 })
})

test('an account that asks too often is held back, and told when to come again', async () => {
  const headers = { authorization: 'Bearer alice-token' }
  const answers = await Promise.all(
    Array.from({ length: 600 }, () => askHttp2('/api/v1/namespaces/alice/pods', headers)),
  )
  const codes = answers.map((answer) => answer[':status'])
  expect(new Set(codes)).toEqual(new Set([200, 429]))
  expect(codes.filter((code) => code === 200).length).toBeLessThan(550)
  expect(answers.find((answer) => answer[':status'] === 429)?.['retry-after']).toBe('1')
  sessions.splice(0).forEach((session) => session.close())
})

test('clients that leave in the middle of anything harm nobody', async () => {
  const { port, certificates, failures, close } = await serveEmbedded({
    streams: createFakeStreams(),
  })
  const ca = certificates.read('ca.crt')
  const uncaught: unknown[] = []
  const note = (failure: unknown): void => {
    uncaught.push(failure)
  }
  process.on('unhandledRejection', note).on('uncaughtException', note)
  const spec = { nodeName: 'node-a', containers: [{ name: 'c', image: 'x' }] }
  const pods = '/api/v1/namespaces/default/pods'
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec })
  const json = { ...admin, 'content-type': 'application/json' }
  for (let round = 0; round < 20; round += 1) {
    const session = connect(`https://127.0.0.1:${port}`, { ca })
    session.on('error', () => {})
    const post = session.request({ ':method': 'POST', ':path': pods, ...json })
    post.on('error', () => {})
    post.write(round === 0 ? body : '{"half":')
    if (round === 0) await once(post.end(), 'response')
    for (const path of [`${pods}?watch=true`, `${pods}/web/log?follow=true`, pods, '/openapi/v3']) {
      session.request({ ':path': path, ...admin }).on('error', () => {})
    }
    const url = `wss://127.0.0.1:${port}${pods}/web/exec?command=yes&stdout=true`
    const socket = new WebSocket(url, 'v5.channel.k8s.io', { ca, headers: admin })
    await once(socket, 'message')
    session.destroy()
    socket.terminate()
  }
  await new Promise((resolve) => {
    setTimeout(resolve, 200)
  })
  process.off('unhandledRejection', note).off('uncaughtException', note)
  expect([uncaught, failures]).toEqual([[], []])
  await close()
})

test('what watches held is free again once their readers are gone', async () => {
  const { port, certificates, close } = await serveEmbedded({}, { streamsOfUser: 100 })
  const headers = { authorization: 'Bearer alice-token' }
  const path = '/api/v1/namespaces/alice/pods?watch=true'
  for (let round = 0; round < 3; round += 1) {
    const session = connect(`https://127.0.0.1:${port}`, { ca: certificates.read('ca.crt') })
    const watch = async () => {
      const stream = session.request({ ':path': path, ...headers })
      const [answer] = (await once(stream, 'response')) as [{ readonly ':status'?: number }]
      return answer[':status']
    }
    const codes = await Promise.all(Array.from({ length: 100 }, watch))
    expect(new Set(codes)).toEqual(new Set([200]))
    expect(await watch()).toBe(429)
    session.destroy()
    await once(session, 'close')
  }
  await close()
})

test('a connection that becomes no WebSocket holds nothing once it is closed', async () => {
  const streams = createFakeStreams()
  const other = await serveEmbedded({ streams }, { streamsOfUser: 3 })
  const ca = other.certificates.read('ca.crt')
  const spec = { nodeName: 'node-a', containers: [{ name: 'c', image: 'x' }] }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec }
  const headers = { ...admin, 'content-type': 'application/json' }
  const pods = '/api/v1/namespaces/default/pods'
  const at = { port: other.port, ca }
  await ask(pods, { ...at, method: 'POST', headers }, Buffer.from(JSON.stringify(pod)))
  const path = `${pods}/web/exec?command=echo&stdout=true`
  const wrong = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'none' }
  for (let count = 0; count < 5; count += 1) {
    const protocol = { 'sec-websocket-protocol': 'v5.channel.k8s.io' }
    const refused = await ask(path, { ...at, headers: { ...admin, ...wrong, ...protocol } })
    expect(refused.code).toBe(400)
  }
  await other.close()
})

test('a path that is none is bad, and no failure of the server', async () => {
  const { failures } = served
  expect(await ask('//', { headers: admin })).toMatchObject({ code: 400 })
  expect(failures).toEqual([])
})

function ask(
  path: string,
  options: RequestOptions = {},
  body?: Buffer,
): Promise<{ readonly code: number | undefined; readonly body: unknown }> {
  const ca = served.certificates.read('ca.crt')
  return new Promise((resolve, reject) => {
    const where = { host: '127.0.0.1', port: served.port, path, ca, agent: false }
    const request = requestHttps({ ...where, ...options }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('error', reject)
      response.on('end', () => {
        const isJson = response.headers['content-type'] === 'application/json'
        resolve({ code: response.statusCode, body: isJson ? JSON.parse(text) : text })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

const sessions: ReturnType<typeof connect>[] = []

function askHttp2(
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingHttpHeaders & { readonly ':status'?: number }> {
  if (sessions.length === 0) {
    const ca = served.certificates.read('ca.crt')
    sessions.push(connect(`https://127.0.0.1:${served.port}`, { ca }))
  }
  return new Promise((resolve, reject) => {
    const stream = sessions[0]?.request({ ':path': path, ...headers })
    stream?.on('response', resolve)
    stream?.on('error', reject)
    stream?.resume()
  })
}
