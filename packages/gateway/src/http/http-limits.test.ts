import { once } from 'node:events'
import type { Socket } from 'node:net'

import { expect, test } from 'vitest'

import { GET, LAST, OK, serveAnswers, withHttp } from '../../test/http-scene.ts'
import { readAll, settle, until } from '../../test/scene.ts'

test('a head may take 10 s, and a connection may idle for 75 s', async () => {
  await withHttp(async ({ serve, visit, gateway, clock }) => {
    await serveAnswers(serve, [OK])
    const [slow, silent, idle] = [visit(), visit(), visit()]
    slow.write('GET / HTTP/1.1\r\nHo')
    idle.write(GET)
    await once(idle, 'data')
    const [late, none] = [readAll(slow), readAll(silent)]
    await clock.pass(11_000)
    expect(await late).toContain('408 Request Timeout')
    expect(await none).toBe('')
    for (const visitor of [slow, silent]) visitor.end()
    await until(() => gateway.counters.connectionsOpen === 1)
    const closed = readAll(idle)
    await clock.pass(76_000)
    expect(await closed).toBe('')
  })
})

test('heads that do not end hold so much together, and give it back', async () => {
  await withHttp(
    async ({ serve, visit, gateway, ask }) => {
      await serveAnswers(serve, [OK])
      const slow = visit()
      slow.write(GET.slice(0, 20))
      await until(() => gateway.counters.connectionsOpen === 1)
      await settle()
      expect(await ask(GET.slice(0, 20))).toContain('503 Service Unavailable')
      slow.resetAndDestroy()
      await until(() => gateway.counters.connectionsOpen === 0)
      const next = visit()
      next.write(LAST.slice(0, 20))
      await settle()
      next.write(LAST.slice(20))
      expect(await readAll(next)).toContain('200 OK')
    },
    { headsBytes: 30 },
  )
})

test('a body that stops coming ends the request', async () => {
  await withHttp(async ({ serve, visit, clock }) => {
    await serve((socket) => socket.resume())
    const visitor = visit()
    visitor.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nsome')
    await settle()
    const answer = readAll(visitor)
    await clock.pass(62_000)
    expect(await answer).toContain('The body of the request stopped coming, or comes too slowly.')
  })
})

test('a stream that nobody has used for a while is let go of', async () => {
  await withHttp(async ({ serve, ask, clock }) => {
    const device = await serve((socket) => socket.on('data', () => socket.write(OK)))
    await ask(LAST)
    expect(device.streamCount()).toBe(1)
    await clock.pass(3000)
    expect(device.streamCount()).toBe(0)
  })
})

test('a client that takes no answers is asked for no more requests', async () => {
  await withHttp(async ({ visit, gateway }) => {
    const visitor = visit(Number(new URL(gateway.httpUrl).port))
    visitor.pause()
    visitor.write(GET.replace('web.example', 'a').repeat(500_000))
    for (let seen = -1; seen !== gateway.counters.requestsTotal;) {
      seen = gateway.counters.requestsTotal
      await settle(300)
    }
    expect(gateway.counters.requestsTotal).toBeLessThan(250_000)
  })
})

test('an instance that informs and informs fills no memory', async () => {
  await withHttp(async ({ serve, visit }) => {
    const hint = 'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n'.repeat(1000)
    let written = 0
    await serve((socket) => {
      const more = (): void => {
        while (written < 40_000_000) {
          written += hint.length
          if (!socket.write(hint)) return
        }
        socket.write(OK)
      }
      socket.on('drain', more).once('data', more)
    })
    const visitor = visit()
    visitor.pause()
    visitor.write(LAST)
    for (let seen = -1; seen !== written;) {
      seen = written
      await settle(300)
    }
    expect(written).toBeLessThan(20_000_000)
    expect((await readAll(visitor)).endsWith('\r\n\r\nok')).toBe(true)
  })
})

test('a client that asks twice and says that it is done gets both answers, and is let go', async () => {
  await withHttp(async ({ serve, visit, gateway }) => {
    await serveAnswers(serve, [OK, OK])
    const visitor = visit()
    visitor.end(GET + GET)
    expect((await readAll(visitor)).match(/ok/g)).toHaveLength(2)
    await until(() => gateway.counters.connectionsOpen === 0)
  })
})

test('a connection to an instance that is gone is told so', async () => {
  await withHttp(async ({ serve, visit, gateway, route }) => {
    await serveAnswers(serve, [OK, OK])
    const visitor = visit()
    visitor.write(GET)
    await once(visitor, 'data')
    gateway.withdraw(route.id)
    visitor.write(LAST)
    expect(await readAll(visitor)).toContain('default/web is not served any more.')
  })
})

test('a client that reads slowly gets everything, and slows the instance', async () => {
  await withHttp(async ({ serve, visit }) => {
    let written = 0
    const size = 40_000_000
    await serve((socket) => {
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
        const more = (): void => {
          while (written < size) {
            written += 50_000
            if (!socket.write(Buffer.alloc(50_000))) return
          }
        }
        socket.on('drain', more)
        more()
      })
    })
    const visitor = visit()
    visitor.pause()
    visitor.write(LAST)
    for (let seen = -1; seen !== written;) {
      seen = written
      await settle(300)
    }
    expect(written).toBeLessThan(size)
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 40000000\r\nConnection: close\r\n\r\n'
    expect((await readAll(visitor)).length).toBe(head.length + size)
  })
})

test('a gateway that closes lets an answer end, and closes what idles', async () => {
  await withHttp(async ({ serve, visit, gateway, clock }) => {
    const answered = Promise.withResolvers<Socket>()
    await serve((socket) => socket.once('data', () => answered.resolve(socket)))
    const [busy, idle] = [visit(), visit()]
    busy.write(GET)
    const socket = await answered.promise
    await settle()
    const closed = gateway.close()
    expect(await readAll(idle)).toBe('')
    idle.end()
    socket.write(OK)
    expect(await readAll(busy)).toContain('Connection: close')
    busy.end()
    await settle()
    await clock.pass(100)
    await closed
  })
})
