import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

import { expect, test } from 'vitest'

import { GET } from '../test/http-scene.ts'
import { findFreePort, readAll, settle, until, withScene } from '../test/scene.ts'

test('bytes pass raw, both ways, with their ends', async () => {
  await withScene({}, async ({ serve, visit, gateway }) => {
    await serve(answerAfterEnd)
    const visitor = visit()
    visitor.end(Buffer.alloc(1_000_000, 'x'))
    expect(await readAll(visitor)).toBe('x'.repeat(1_000_000))
    await until(() => gateway.counters.connectionsOpen === 0)
  })
})

test('whoever comes while the instance is moved is led to where it is then', async () => {
  await withScene({}, async ({ serve, visit, gateway, clock }) => {
    const visitor = visit()
    visitor.end('hello')
    await until(() => gateway.counters.waiting === 1)
    await clock.pass(59_000)
    await serve(answerAfterEnd)
    expect(await readAll(visitor)).toBe('hello')
    expect(gateway.counters).toMatchObject({ waiting: 0, waitedTotal: 1, waitsEndedTotal: 0 })
  })
})

test('whoever has waited for 60 s is turned away', async () => {
  await withScene({}, async ({ visit, gateway, clock }) => {
    const visitor = visit()
    await until(() => gateway.counters.waiting === 1)
    const turnedAway = readAll(visitor).catch((error: Error) => error.message)
    await clock.pass(61_000)
    expect(await turnedAway).toContain('ECONNRESET')
    expect(gateway.counters).toMatchObject({ waiting: 0, waitsEndedTotal: 1 })
  })
})

test('whoever comes to an instance that was stopped, or waits for it, is told so at once', async () => {
  await withScene({ protocol: 'http' }, async ({ visit, gateway, route }) => {
    const waiting = visit()
    waiting.end(GET)
    await until(() => gateway.counters.waiting === 1)
    gateway.publish({ ...route, resting: 'default/web was stopped.' })
    const late = visit()
    late.end(GET)
    for (const visitor of [waiting, late]) {
      expect(await readAll(visitor)).toMatch(/^HTTP\/1\.1 503 [^]*default\/web was stopped\.\n$/)
    }
    expect(gateway.counters.waiting).toBe(0)
  })
  await withScene({}, async ({ visit, gateway, route }) => {
    gateway.publish({ ...route, resting: 'default/web was stopped.' })
    await expect(readAll(visit())).rejects.toThrow('ECONNRESET')
  })
})

test('a device whose link is over is passed over, and waited for where it was the last', async () => {
  await withScene({}, async ({ startDevice, visit, gateway, route }) => {
    const [dead, live] = [await startDevice(answerAfterEnd), await startDevice(answerAfterEnd)]
    dead.die()
    await settle()
    gateway.attach(route.id, [dead.backend])
    const visitor = visit()
    visitor.end('hello')
    await until(() => gateway.counters.waiting === 1)
    gateway.attach(route.id, [dead.backend, live.backend])
    expect(await readAll(visitor)).toBe('hello')
  })
})

test('a device that dies resets its raw connections', async () => {
  await withScene({}, async ({ serve, visit }) => {
    const device = await serve((socket) => socket.write('I am here'))
    const visitor = visit()
    await once(visitor, 'data')
    device.die()
    await expect(readAll(visitor)).rejects.toThrow('ECONNRESET')
  })
})

test('a port that nobody listens on resets the connection', async () => {
  await withScene({}, async ({ serve, visit }) => {
    const { container } = await serve(answerAfterEnd)
    container.close()
    await expect(readAll(visit())).rejects.toThrow('ECONNRESET')
  })
})

test('a route that changes closes and opens what is to change; visitors stay', async () => {
  await withScene({}, async ({ serve, visit, gateway, route, port }) => {
    await serve(answerAfterEnd)
    const visitor = visit()
    await once(visitor, 'connect')
    const other = await findFreePort()
    gateway.publish({ ...route, ports: [{ port: other, protocol: 'tcp' }] })
    await settle()
    const [refused, taken] = [visit(port), visit(other)]
    await expect(readAll(refused)).rejects.toThrow('ECONNREFUSED')
    taken.end('new')
    visitor.end('old')
    expect(await Promise.all([readAll(taken), readAll(visitor)])).toEqual(['new', 'old'])
    gateway.withdraw(route.id)
    await expect(readAll(visit(other))).rejects.toThrow('ECONNREFUSED')
  })
})

test('an address that is taken is told with what to do, and listened on once it is free', async () => {
  await withScene({}, async ({ serve, visit, gateway, route, failures, clock }) => {
    await serve(answerAfterEnd)
    const taken = await findFreePort()
    const other = createServer().listen(taken, '127.0.0.1')
    await once(other, 'listening')
    gateway.publish({ ...route, ports: [{ port: taken, protocol: 'tcp' }] })
    await until(() => failures.length === 1)
    const [failure] = failures
    expect(failure).toMatchObject({
      id: 'default/web',
      error: {
        code: 'GATEWAY_ADDRESS_NOT_LISTENED_ON',
        message: `Nothing can listen on 127.0.0.1:${taken}: listen EADDRINUSE: address already in use 127.0.0.1:${taken}.`,
      },
    })
    expect(failure?.error.hint).toMatchInlineSnapshot(
      `"Stop what listens there (see: ss -ltnp), or leave the port away."`,
    )
    other.close()
    await once(other, 'close')
    await clock.pass(5000)
    const visitor = visit(taken)
    visitor.end('hello')
    expect(await readAll(visitor)).toBe('hello')
  })
})

test('more connections than the limits allow are closed, and counted', async () => {
  const limits = { connections: 2, visitsPerInstance: 1 }
  await withScene({ limits }, async ({ serve, visit, gateway }) => {
    await serve((socket) => socket.write('in'))
    const visitor = visit()
    await once(visitor, 'data')
    await expect(readAll(visit())).rejects.toThrow('ECONNRESET')
    expect(gateway.counters.overLimitTotal).toBe(1)
    visitor.resetAndDestroy()
    await until(() => gateway.counters.connectionsOpen === 0)
    const next = visit()
    await once(next, 'data')
  })
})

test('no more than so many wait, for one instance and in all', async () => {
  await withScene({ limits: { waitersPerInstance: 1 } }, async ({ visit, gateway }) => {
    visit()
    await until(() => gateway.counters.waiting === 1)
    await expect(readAll(visit())).rejects.toThrow('ECONNRESET')
    expect(gateway.counters).toMatchObject({ waiting: 1, overLimitTotal: 1 })
  })
})

test('a gateway that closes turns away who waits, and ends who stays', async () => {
  await withScene({}, async ({ visit, gateway, clock }) => {
    const visitor = visit()
    await until(() => gateway.counters.waiting === 1)
    const closed = gateway.close()
    await expect(readAll(visitor)).rejects.toThrow('ECONNRESET')
    await clock.pass(2000)
    await closed
    expect(gateway.counters.connectionsOpen).toBe(0)
  })
})

/** Gives everything back once the visitor has finished. */
function answerAfterEnd(socket: Socket): void {
  const pieces: Buffer[] = []
  socket.on('data', (piece: Buffer) => pieces.push(piece))
  socket.on('end', () => socket.end(Buffer.concat(pieces)))
}
