import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'

import { expect, test, vi } from 'vitest'

import { GET, LAST, OK, serveAnswers, withHttp } from '../test/http-scene.ts'
import { readAll, settle, until, withScene } from '../test/scene.ts'
import { gatewayLimitsByDefault } from './limits.ts'

const GRIEFER = '127.0.0.1'
const VISITOR = '127.0.0.2'

/** Some systems have one loopback address. */
const hasLoopbackNetwork = process.platform === 'linux'

test.runIf(hasLoopbackNetwork)(
  'one address takes a third of all connections, and is reset beyond',
  async () => {
    await withScene({ limits: { connections: 9 } }, async ({ serve, visit, gateway, port }) => {
      await serve((socket) => socket.write('in'))
      for (let taken = 0; taken < 3; taken += 1) await once(visit(port, GRIEFER), 'data')
      await expect(readAll(visit(port, GRIEFER))).rejects.toThrow('ECONNRESET')
      await once(visit(port, VISITOR), 'data')
      expect(gateway.counters).toMatchObject({
        connectionsOpen: 4,
        overLimitTotal: 1,
        overShareTotal: 1,
      })
    })
  },
)

test.runIf(hasLoopbackNetwork)('where HTTP is spoken, who has its share is told so', async () => {
  await withHttp(
    async ({ serve, visit, port }) => {
      await serveAnswers(serve, [OK])
      await once(visit(port, GRIEFER), 'connect')
      await settle()
      const answer = await readAll(visit(port, GRIEFER))
      expect(answer).toContain('503 Service Unavailable')
      expect(answer).toContain('Your address has as many connections as it may have now')
      const visitor = visit(port, VISITOR)
      visitor.write(LAST)
      expect(await readAll(visitor)).toContain('200 OK')
    },
    { connections: 3 },
  )
})

test('an office that asks four times a second waits to the end, and none of it is refused', async () => {
  await withScene({}, async ({ visit, gateway }) => {
    const asked = (gatewayLimitsByDefault.waitMs / 1000) * 4
    for (let at = 0; at < asked; at += 1) visit()
    await until(() => gateway.counters.waitedTotal + gateway.counters.overShareTotal === asked)
    expect(gateway.counters).toMatchObject({ waiting: asked, overShareTotal: 0 })
  })
})

test.runIf(hasLoopbackNetwork)(
  'one address has a third of the visits of an instance, and of the places to wait',
  async () => {
    const limits = { visitsPerInstance: 3, waitersPerInstance: 3 }
    await withHttp(async ({ visit, gateway, port, serve }) => {
      visit(port, GRIEFER).write(GET)
      await until(() => gateway.counters.waiting === 1)
      const refused = visit(port, GRIEFER)
      refused.write(LAST)
      expect(await readAll(refused)).toContain('default/web has 1 visitors')
      const visitor = visit(port, VISITOR)
      visitor.write(LAST)
      await until(() => gateway.counters.waiting === 2)
      await serveAnswers(serve, [OK, OK])
      expect(await readAll(visitor)).toContain('200 OK')
      expect(gateway.counters).toMatchObject({ waiting: 0, overShareTotal: 1 })
    }, limits)
  },
)

test.runIf(hasLoopbackNetwork)(
  'one address has a third of the places to wait, whatever it waits for',
  async () => {
    await withScene({ limits: { waiters: 3 } }, async ({ visit, gateway, port }) => {
      visit(port, GRIEFER)
      await until(() => gateway.counters.waiting === 1)
      await expect(readAll(visit(port, GRIEFER))).rejects.toThrow('ECONNRESET')
      visit(port, VISITOR)
      await until(() => gateway.counters.waiting === 2)
    })
  },
)

test.runIf(process.platform === 'linux')(
  'a visitor that says nothing is asked whether it is there',
  async () => {
    await withScene({}, async ({ serve, visit }) => {
      await serve((socket) => socket.write('in'))
      const visitor = visit()
      await once(visitor, 'data')
      await settle()
      await vi.waitFor(() => expect(timerOf(visitor)).toBe(KEEP_ALIVE_TIMER))
    })
  },
)

test('an exchange in which nobody says anything is ended after ten minutes', async () => {
  await withHttp(async ({ serve, visit, gateway, clock }) => {
    const device = await serve((socket) => socket.resume())
    const visitor = visit()
    visitor.write(GET)
    const answer = readAll(visitor)
    await until(() => device.streamCount() === 1)
    await clock.pass(590_000)
    expect(device.streamCount()).toBe(1)
    await clock.pass(11_000)
    expect(await answer).toContain('504 Gateway Timeout')
    expect(device.streamCount()).toBe(0)
    expect(gateway.counters.failuresTotal).toBe(1)
  })
})

test('an answer that goes on each five minutes goes on; one that stops is broken off', async () => {
  await withHttp(async ({ serve, visit, clock }) => {
    const sockets: Socket[] = []
    await serve((socket) => {
      sockets.push(socket)
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1'))
    })
    const visitor = visit()
    visitor.write(GET)
    await once(visitor, 'data')
    for (let turn = 0; turn < 4; turn += 1) {
      await clock.pass(300_000)
      sockets[0]?.write('1')
      await once(visitor, 'data')
    }
    const broken = readAll(visitor).catch((error: Error) => error.message)
    await clock.pass(601_000)
    expect(await broken).toContain('ECONNRESET')
  })
})

test('a body that trickles ends the request, one that comes slowly does not', async () => {
  await withHttp(async ({ serve, visit, clock }) => {
    await serve((socket) => socket.resume())
    const [trickling, slow] = [visit(), visit()]
    for (const visitor of [trickling, slow]) {
      visitor.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n')
    }
    await settle()
    for (let turn = 0; turn < 4; turn += 1) {
      trickling.write('x')
      slow.write('x'.repeat(3000))
      await settle()
      await clock.pass(25_000)
    }
    expect(String(trickling.read())).toContain('408 Request Timeout')
    expect(slow.read()).toBeNull()
  })
})

test('what comes before its turn is counted, and whoever sends too much of it is refused', async () => {
  const limits = { headsBytes: 50_000 }
  await withHttp(async ({ serve, visit, gateway }) => {
    const flooding = visit()
    flooding.write(GET + 'x'.repeat(60_000))
    expect(await readAll(flooding)).toContain('503 Service Unavailable')
    expect(gateway.counters.waiting).toBe(0)
    flooding.end()
    await until(() => gateway.counters.connectionsOpen === 0)
    await serveAnswers(serve, [OK])
    const visitor = visit()
    visitor.write(LAST.slice(0, 20))
    await settle()
    visitor.write(LAST.slice(20))
    expect(await readAll(visitor)).toContain('200 OK')
  }, limits)
})

test.runIf(hasLoopbackNetwork)(
  'heads that one address holds back leave room for those of others',
  async () => {
    await withHttp(
      async ({ serve, visit, port }) => {
        await serveAnswers(serve, [OK])
        for (let turn = 0; turn < 10; turn += 1) {
          visit(port, GRIEFER).write(GET.slice(0, 20))
          await settle()
        }
        const visitor = visit(port, VISITOR)
        visitor.write(LAST.slice(0, 20))
        await settle()
        visitor.write(LAST.slice(20))
        expect(await readAll(visitor)).toContain('200 OK')
      },
      { headsBytes: 200 },
    )
  },
)

/** What proc(5) calls it in the column `tr` of /proc/net/tcp. */
const KEEP_ALIVE_TIMER = '02'

/** Returns which timer runs for the other end of a connection. */
function timerOf({ localPort = 0, remotePort = 0 }: Socket): string | undefined {
  const portOf = (port: number): string => `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((each) => each.trim().split(/\s+/))
    .find(([, from, to]) => from?.endsWith(portOf(remotePort)) && to?.endsWith(portOf(localPort)))
  return line?.[5]?.slice(0, 2)
}
