import { once } from 'node:events'

import { expect, test } from 'vitest'

import { GET, LAST, OK, serveAnswers, withHttp } from '../../test/http-scene.ts'
import { readAll, settle, until } from '../../test/scene.ts'

test('a request is led to the instance with who asks, and its answer back', async () => {
  await withHttp(async ({ serve, ask }) => {
    const asked = await serveAnswers(serve, [OK])
    expect(
      await ask(`${GET.slice(0, -2)}X-Forwarded-For: 9.9.9.9\r\nConnection: close\r\n\r\n`),
    ).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
    expect(asked).toEqual([
      'GET / HTTP/1.1\r\nHost: web.example\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: web.example\r\n\r\n',
    ])
  })
})

test('requests that come at once, or in pieces, are answered in order over one stream', async () => {
  await withHttp(async ({ serve, visit, gateway }) => {
    let connections = 0
    await serve((socket) => {
      connections += 1
      socket.on('data', (piece) => {
        const path = /GET (\S+)/.exec(piece.toString())?.[1] ?? ''
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`)
      })
    })
    const visitor = visit()
    const pipelined = ['/a', '/b', '/c'].map((path) => GET.replace('/', path)).join('')
    visitor.write(pipelined.slice(0, 10))
    await settle()
    visitor.write(pipelined.slice(10))
    visitor.write(GET.replace('/', '/d').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
    const answers = await readAll(visitor)
    expect(answers.match(/\/\w$|\/\w(?=HTTP)/g)).toEqual(['/a', '/b', '/c', '/d'])
    expect(connections).toBe(1)
    expect(gateway.counters.requestsTotal).toBe(4)
  })
})

test.each([
  ['with a length', 'Content-Length: 5', 'hello'],
  ['in chunks', 'Transfer-Encoding: chunked', '5\r\nhello\r\n0\r\n\r\n'],
])('a body %s passes both ways, byte for byte', async (_, field, body) => {
  await withHttp(async ({ serve, visit }) => {
    const asked: string[] = []
    await serve((socket) => {
      socket.on('data', (piece) => {
        asked.push(piece.toString('latin1'))
        if (!asked.join('').endsWith(body)) return
        socket.write(`HTTP/1.1 200 OK\r\n${field}\r\n\r\n`)
        for (const character of body) socket.write(character)
      })
    })
    const visitor = visit()
    for (const character of `POST / HTTP/1.1\r\nHost: a\r\n${field}\r\n\r\n${body}`) {
      visitor.write(character)
    }
    visitor.write(GET.replace('\r\n\r\n', `\r\nConnection: close\r\n${field}\r\n\r\n${body}`))
    const answer = `HTTP/1.1 200 OK\r\n${field}\r\n`
    expect(await readAll(visitor)).toBe(
      `${answer}\r\n${body}${answer}Connection: close\r\n\r\n${body}`,
    )
  })
})

test.each([
  ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
  ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
])('after an answer to %s without a body the next one is asked: %j', async (method, answer) => {
  await withHttp(async ({ serve, visit }) => {
    const asked = await serveAnswers(serve, [answer, OK])
    const visitor = visit()
    visitor.write(GET.replace('GET', method))
    visitor.write(LAST)
    expect(await readAll(visitor)).toBe(
      `${answer}HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok`,
    )
    expect(asked).toHaveLength(2)
  })
})

test('an answer that ends with its connection ends the client’s, too', async () => {
  await withHttp(async ({ serve, ask }) => {
    await serve((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nthe rest'))
    expect(await ask(GET)).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthe rest')
  })
})

test('an answer that breaks off is not taken for a whole one', async () => {
  await withHttp(async ({ serve, ask }) => {
    await serve((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'))
    await expect(ask(GET)).rejects.toThrow('ECONNRESET')
  })
})

test('information comes before the answer, and 100 lets a body come', async () => {
  await withHttp(async ({ serve, visit }) => {
    await serve((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 100 Continue\r\n\r\n')
        socket.on('data', (piece) => {
          if (piece.includes('body'))
            socket.write(`HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${OK}`)
        })
      })
    })
    const visitor = visit()
    visitor.write(
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 4\r\n\r\n',
    )
    const [first] = await once(visitor, 'data')
    expect(String(first)).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    visitor.write('body')
    expect(await readAll(visitor)).toBe(
      'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok',
    )
  })
})

test('an answer before the body has come ends the connection', async () => {
  await withHttp(async ({ serve, ask }) => {
    await serve((socket) => socket.once('data', () => socket.write(OK)))
    expect(await ask('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nsome')).toContain(
      'Connection: close',
    )
  })
})

test('a WebSocket passes raw once the instance has agreed', async () => {
  await withHttp(async ({ serve, visit, gateway }) => {
    await serve((socket) => {
      socket.once('data', (head) => {
        expect(head.toString()).toContain('Upgrade: websocket\r\n')
        expect(head.toString()).toContain('Connection: Upgrade\r\n')
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81',
        )
        socket.on('data', (piece) => socket.write(piece))
        socket.on('end', () => socket.end())
      })
    })
    const visitor = visit()
    visitor.write(
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly',
    )
    await once(visitor, 'data')
    visitor.end(Buffer.alloc(500_000, 'x'))
    const rest = await readAll(visitor)
    expect(rest.endsWith('x'.repeat(500_000))).toBe(true)
    await until(() => gateway.counters.connectionsOpen === 0)
  })
})

test('an instance that changes the protocol unasked has answered nothing', async () => {
  await withHttp(async ({ serve, ask }) => {
    await serveAnswers(serve, ['HTTP/1.1 101 Switching Protocols\r\n\r\n'])
    expect(await ask(LAST)).toContain('It changes the protocol, which nobody asked for.')
  })
})

test('by name: each request finds its instance, and an unknown name is told', async () => {
  await withHttp(async ({ serve, visit, gateway }) => {
    await serveAnswers(serve, [OK])
    const visitor = visit(Number(new URL(gateway.httpUrl).port))
    visitor.write(GET.replace('web.example', 'other.example:8080'))
    visitor.write(
      GET.replace('web.example', 'WEB.example.:8080').replace(
        '\r\n\r\n',
        '\r\nConnection: close\r\n\r\n',
      ),
    )
    expect(await readAll(visitor)).toBe(
      'HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 36\r\n\r\nNo instance is named other.example.\n' +
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok',
    )
  })
})
