import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

import type { Passage } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { readAll, settle, withScene, type Scene } from '../test/scene.ts'

/** Who is let in: what security groups come to where visitors arrive. */

const tcp = (port: number, cidr: string): Passage => ({ protocol: 6, from: port, to: port, cidr })

const greet = (socket: Socket): void => void socket.end('hello')

test('who is named is let in, and who is not is reset', async () => {
  await withScene({}, async ({ serve, visit, gateway, route, port }) => {
    await serve(greet)
    gateway.publish({ ...route, passages: [tcp(port, '127.0.0.8/29')] })
    expect(await readAll(visit(port, '127.0.0.9'))).toBe('hello')
    await expect(readAll(visit(port, '127.0.0.2'))).rejects.toThrow('ECONNRESET')
    expect(gateway.counters.barredTotal).toBe(1)
  })
})

test('a port that nobody may come to is closed, and open again once somebody may', async () => {
  await withScene({}, async ({ serve, visit, gateway, route, port }) => {
    await serve(greet)
    for (const passages of [[], [tcp(port + 1, '0.0.0.0/0')]]) {
      gateway.publish({ ...route, passages })
      await expect(readAll(visit())).rejects.toThrow('ECONNREFUSED')
    }
    gateway.publish({ ...route, passages: [{ cidr: '0.0.0.0/0' }] })
    await settle()
    expect(await readAll(visit())).toBe('hello')
  })
})

test('who is in stays when a rule goes', async () => {
  await withScene({}, async ({ serve, visit, gateway, route, port }) => {
    await serve((socket) => {
      socket.write('hello')
      socket.on('data', (bytes) => socket.end(bytes))
    })
    gateway.publish({ ...route, passages: [tcp(port, '127.0.0.1/32')] })
    const visitor = visit()
    await once(visitor, 'data')
    gateway.publish({ ...route, passages: [] })
    await expect(readAll(visit())).rejects.toThrow('ECONNREFUSED')
    visitor.write('still here')
    expect(await readAll(visitor)).toBe('still here')
  })
})

test('by name, each request is let in as at the port that the name leads to', async () => {
  await withScene({ protocol: 'http', hostnames: ['web.test'] }, async (scene) => {
    const { serve, gateway, route, port } = scene
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello'
    await serve((socket) => socket.once('data', () => void socket.end(answer)))
    gateway.publish({ ...route, passages: [tcp(port, '127.0.0.9/32')] })
    expect(await askByName(scene, '127.0.0.9')).toMatch(/ 200 OK[^]*hello$/)
    const text = `default/web lets nobody in from 127.0.0.2 at port ${port}.`
    expect(await askByName(scene, '127.0.0.2')).toMatch(/^HTTP\/1\.1 403 Forbidden/)
    expect(await askByName(scene, '127.0.0.2')).toContain(text)
  })
})

async function askByName({ gateway }: Scene, localAddress: string): Promise<string> {
  const { hostname, port } = new URL(gateway.httpUrl)
  const socket = connect({ host: hostname, port: Number(port), localAddress, allowHalfOpen: true })
  socket.write('GET / HTTP/1.1\r\nHost: web.test\r\nConnection: close\r\n\r\n')
  return readAll(socket)
}
