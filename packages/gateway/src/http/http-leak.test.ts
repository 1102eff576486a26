import { once } from 'node:events'
import { duplexPair } from 'node:stream'

import { Mux, type MuxStream } from '@nexqloud/tunnel'
import { expect, test } from 'vitest'

import { GET, OK, withHttp } from '../../test/http-scene.ts'
import { muxParts, readAll, settle, until } from '../../test/scene.ts'
import { createBackend } from '../index.ts'

const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n'

test.each([
  ['nothing', ''],
  ['half of its answer', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'],
])('a device that takes no body, and ends after %s, keeps no stream', async (_, answer) => {
  await withHttp(async ({ visit, gateway, route }) => {
    const [near, far] = duplexPair()
    const accepted: MuxStream[] = []
    const silent = { onData: () => {}, onEnd: () => {}, onReset: () => {}, onWritable: () => {} }
    const accept = (stream: MuxStream) => {
      accepted.push(stream)
      return silent
    }
    const device = new Mux(far, { ...muxParts('dialer'), accept })
    const mux = new Mux(near, { ...muxParts('listener'), accept })
    gateway.attach(route.id, [createBackend(mux, (port) => Buffer.from(String(port)))])
    const visitor = visit()
    visitor.write(POST + 'x'.repeat(100_000))
    await until(() => accepted.length > 0)
    await settle()
    accepted[0]?.write(Buffer.from(answer))
    accepted[0]?.end()
    await readAll(visitor).catch(() => '')
    visitor.destroy()
    await settle()
    expect([mux.streamCount, device.streamCount]).toEqual([0, 0])
  })
})

test('a request whose device dies waits, though a stream to that device is kept', async () => {
  await withHttp(async ({ serve, startDevice, visit, gateway, route }) => {
    let connections = 0
    const first = await serve((socket) => {
      connections += 1
      if (connections > 1) socket.on('data', () => socket.write(OK))
    })
    const visitor = visit()
    visitor.end(GET)
    await until(() => connections === 1)
    const other = visit()
    other.write(GET)
    await once(other, 'data')
    await until(() => first.streamCount() === 2)
    first.die()
    await settle()
    expect(gateway.counters).toMatchObject({ waiting: 1, failuresTotal: 0 })
    const second = await startDevice((socket) => socket.on('data', () => socket.write(OK)))
    gateway.attach(route.id, [second.backend])
    expect(await readAll(visitor)).toContain('200 OK')
  })
})
