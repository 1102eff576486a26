import { once } from 'node:events'

import { expect, test } from 'vitest'

import { GET, LAST, OK, serveAnswers, withHttp } from '../../test/http-scene.ts'
import { readAll, settle, until } from '../../test/scene.ts'

test.each([
  ['GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 'HTTP/1.1 400 Bad Request'],
  ['GET / HTTP/1.1\nHost: a\n\n', 'HTTP/1.1 400 Bad Request'],
  [
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n',
    'HTTP/1.1 400 Bad Request',
  ],
  [
    `GET / HTTP/1.1\r\nHost: a\r\nA: ${'b'.repeat(70_000)}\r\n\r\n`,
    'HTTP/1.1 431 Request Header Fields Too Large',
  ],
  [
    `GET / HTTP/1.1\r\nHost: a\r\n${'A: b\r\n'.repeat(20_000)}`,
    'HTTP/1.1 431 Request Header Fields Too Large',
  ],
])('what is malformed is refused, and nothing after it is read', async (text, line) => {
  await withHttp(async ({ serve, ask, gateway }) => {
    const asked = await serveAnswers(serve, [])
    const answer = await ask(text + GET)
    expect(answer.startsWith(line)).toBe(true)
    expect(answer).toContain('Connection: close')
    expect(asked.filter((head) => head.startsWith('GET'))).toEqual([])
    expect(gateway.counters.badHeadsTotal).toBe(1)
  })
})

test('a request waits for an instance that is moved, and is answered from where it is then', async () => {
  await withHttp(async ({ serve, visit, gateway, clock }) => {
    const visitor = visit()
    visitor.write('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbo')
    await until(() => gateway.counters.waiting === 1)
    await clock.pass(50_000)
    visitor.write('dy')
    await settle()
    const asked = await serveAnswers(serve, [OK], 'body')
    expect(await readAll(visitor)).toContain('200 OK')
    expect(asked[0]).toContain('\r\n\r\nbody')
  })
})

test('a request that has waited for 60 s is told to come back', async () => {
  await withHttp(async ({ visit, gateway, clock }) => {
    const visitor = visit()
    visitor.end(GET)
    await until(() => gateway.counters.waiting === 1)
    const answer = readAll(visitor)
    await clock.pass(61_000)
    expect(await answer).toMatchInlineSnapshot(`
      "HTTP/1.1 503 Service Unavailable
      Content-Type: text/plain; charset=utf-8
      Content-Length: 44
      Retry-After: 5

      default/web has been on no device for 60 s.
      "
    `)
  })
})

test('a request that may be asked twice goes to the next device where the first one dies', async () => {
  await withHttp(async ({ serve, startDevice, visit, gateway, route }) => {
    const first = await serve(() => {})
    const visitor = visit()
    visitor.end(GET)
    await until(() => first.streamCount() === 1)
    await settle()
    first.die()
    await until(() => gateway.counters.waiting === 1)
    const second = await startDevice((socket) => socket.on('data', () => socket.write(OK)))
    gateway.attach(route.id, [second.backend])
    expect(await readAll(visitor)).toContain('200 OK')
    expect(gateway.counters.retriesTotal).toBe(1)
  })
})

test('one that may not be asked twice is answered that nobody knows', async () => {
  await withHttp(async ({ serve, visit, port }) => {
    const device = await serve(() => {})
    const visitor = visit()
    visitor.end(GET.replace('GET', 'POST'))
    await until(() => device.streamCount() === 1)
    await settle()
    device.die()
    const answer = await readAll(visitor)
    expect(answer.replaceAll(String(port), 'PORT')).toMatchInlineSnapshot(`
      "HTTP/1.1 502 Bad Gateway
      Content-Type: text/plain; charset=utf-8
      Content-Length: 151

      There was no whole answer on port PORT of default/web: The peer ended the link: The device lost its power. Whether the request was done is not known.
      "
    `)
  })
})

test('a port that nobody listens on is told as that', async () => {
  await withHttp(async ({ serve, ask, port }) => {
    const { container } = await serve(() => {})
    container.close()
    const answer = await ask(LAST)
    expect(answer.startsWith('HTTP/1.1 502 Bad Gateway')).toBe(true)
    expect(answer).toContain(`Nothing listens on port ${port} of default/web: connect ECONNREFUSED`)
  })
})

test('an answer that could be read in two ways is not passed on', async () => {
  await withHttp(async ({ serve, ask }) => {
    await serveAnswers(serve, [
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    ])
    expect(await ask(LAST)).toContain(
      'Its answer is malformed: It has more than one Content-Length, or one that is misspelt.',
    )
  })
})

test('bytes after an answer do not become the next one’s', async () => {
  await withHttp(async ({ serve, visit, port }) => {
    await serveAnswers(serve, [`${OK}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`, OK])
    const visitor = visit(port)
    visitor.write(GET)
    await once(visitor, 'data')
    visitor.write(LAST)
    expect(await readAll(visitor)).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok',
    )
  })
})
