import fc from 'fast-check'
import { expect, test } from 'vitest'

import { scanRequestHead, type RequestHead } from './request-head.ts'

const GOOD = 'GET /path?q=1 HTTP/1.1\r\nHost: web.example\r\nAccept: */*\r\n\r\n'

test('a plain request passes as it came', () => {
  expect(passedOn(GOOD)).toBe(GOOD.slice(0, -2))
  expect(scan(GOOD)).toMatchObject({
    method: 'GET',
    framing: { kind: 'length', bytes: 0 },
    isKeptAlive: true,
    isUpgrade: false,
    to: GOOD.length,
  })
})

test('what concerns the connection, or says who the client is, is not passed on', () => {
  const head = `POST / HTTP/1.1\r
Connection: close, TE\r
Host: web.example\r
TE: trailers\r
X-Forwarded-For: 1.1.1.1\r
x_forwarded_proto: https\r
X-Forwarded-Anything: 1\r
Forwarded: for=1.1.1.1\r
X-Real-IP: 1.1.1.1\r
Keep-Alive: 5\r
Proxy-Connection: close\r
Upgrade: websocket\r
Content-Length: 3\r
Cookie: a\r
\r
`
  expect(passedOn(head)).toBe(
    'POST / HTTP/1.1\r\nHost: web.example\r\nContent-Length: 3\r\nCookie: a\r\n',
  )
  expect(scan(head)).toMatchObject({
    framing: { kind: 'length', bytes: 3 },
    isKeptAlive: false,
    isUpgrade: false,
  })
})

test('another protocol is asked for on with Upgrade, wherever its fields stand', () => {
  const head =
    'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nB: c\r\n\r\n'
  expect(scan(head)).toMatchObject({ isUpgrade: true })
  expect(passedOn(head)).toBe('GET / HTTP/1.1\r\nHost: a\r\nB: c\r\nUpgrade: websocket\r\n')
})

test('a target in absolute form is passed on as a path', () => {
  const head = 'GET HTTP://Web.example/path HTTP/1.1\r\nHost: web.example\r\n\r\n'
  expect(passedOn(head)).toBe('GET /path HTTP/1.1\r\nHost: web.example\r\n')
})

test('a request of HTTP/1.0 needs no host, and is its connection’s last one', () => {
  const head = 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'
  expect(scan(head)).toMatchObject({ isHttp10: true, isKeptAlive: false, hostFrom: 0, hostTo: 0 })
})

const field = (line: string): string => `GET / HTTP/1.1\r\nHost: a\r\n${line}\r\n\r\n`
const request = (line: string): string => `${line}\r\nHost: a\r\n\r\n`

test.each([
  [request('GET  / HTTP/1.1'), 'The target is malformed.'],
  [request('GET / HTTP/1.1 '), 'The request line does not end with a version of HTTP, CR and LF.'],
  [request(' GET / HTTP/1.1'), 'The method is malformed.'],
  [request('get / HTTP/1.1'), 'The method is malformed.'],
  [request('GET /a b HTTP/1.1'), 'There is no version of HTTP.'],
  [request('GET /#a HTTP/1.1'), 'The target is malformed.'],
  [request('GET /\0 HTTP/1.1'), 'The target is malformed.'],
  [request('GET / http/1.1'), 'There is no version of HTTP.'],
  [request('GET / HTTP/1.2'), 'Only HTTP/1.1 and HTTP/1.0 are spoken here.'],
  [request('PRI * HTTP/2.0'), 'Only HTTP/1.1 and HTTP/1.0 are spoken here.'],
  [request('GET * HTTP/1.1'), 'The target begins neither with a slash nor with http://.'],
  [request('GET a HTTP/1.1'), 'The target begins neither with a slash nor with http://.'],
  [request('GET https://a/ HTTP/1.1'), 'The target begins neither with a slash nor with http://.'],
  [request('GET http://a HTTP/1.1'), 'The target has no path after its host, or a malformed host.'],
  [
    request('GET http://b@a/ HTTP/1.1'),
    'The target has no path after its host, or a malformed host.',
  ],
  [request('GET http://b/ HTTP/1.1'), 'The target names another host than the Host.'],
  [request('CONNECT a:80 HTTP/1.1'), 'This is no proxy: CONNECT leads nowhere.'],
  ['GET / HTTP/1.1\r\n\r\n', 'There is no Host.'],
  ['GET / HTTP/1.1\r\nHost:\r\n\r\n', 'The Host is empty.'],
  [
    'GET / HTTP/1.1\nHost: a\r\n\r\n',
    'The request line does not end with a version of HTTP, CR and LF.',
  ],
  [field('Host: a'), 'There is more than one Host.'],
  ['GET / HTTP/1.1\r\nHost: a, b\r\n\r\n', 'The Host is malformed.'],
  [field('A : b'), 'There is a space in the name of a field, or after it.'],
  [field(' A: b'), 'A field is folded over two lines.'],
  [field('A: b\r\n\tc'), 'A field is folded over two lines.'],
  [field(': b'), 'A field has no name.'],
  [field('A'), 'A field has no colon.'],
  [field('A(: b'), 'The name of a field has a character that none may have.'],
  [field('A: b\nC: d'), 'A line ends with LF alone.'],
  [field('A: b\rC: d'), 'There is a CR in the middle of a line.'],
  [field('A: b\0'), 'The value of a field has a control character.'],
  [field('A: b\x7f'), 'The value of a field has a control character.'],
  [`${field('A: b').slice(0, -2)}\n`, 'A line ends with LF alone.'],
  [
    field('Content-Length: 1\r\nTransfer-Encoding: chunked'),
    'There is both a Content-Length and a Transfer-Encoding.',
  ],
  [field('Content-Length: 1\r\nContent-Length: 1'), 'There is more than one Content-Length.'],
  [field('Content-Length: 1, 1'), 'The Content-Length is no number, or too large a one.'],
  [field('Content-Length: +1'), 'The Content-Length is no number, or too large a one.'],
  [field('Content-Length: 0x1'), 'The Content-Length is no number, or too large a one.'],
  [field('Content-Length: '), 'The Content-Length is no number, or too large a one.'],
  [
    field('Content-Length: 1000000000000000'),
    'The Content-Length is no number, or too large a one.',
  ],
  [
    field('Content_Length: 1'),
    'There is a field that some programs take for one that frames the body.',
  ],
  [
    field('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'),
    'There is more than one Transfer-Encoding.',
  ],
  [field('Transfer-Encoding: gzip, chunked'), 'The only transfer coding that is known is chunked.'],
  [field('Transfer-Encoding: xchunked'), 'The only transfer coding that is known is chunked.'],
  [field('Transfer-Encoding: identity'), 'The only transfer coding that is known is chunked.'],
  [field('Transfer-Encoding:\x0bchunked'), 'The value of a field has a control character.'],
  [
    field('Transfer_Encoding: chunked'),
    'There is a field that some programs take for one that frames the body.',
  ],
  ['POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n', 'HTTP/1.0 has no Transfer-Encoding.'],
  [field('Connection: content-length'), 'Connection names a field that has to be passed on.'],
  [
    field('Connection: close, x-forwarded-for'),
    'Connection names a field that has to be passed on.',
  ],
  [field('Expect: a miracle'), 'Nothing but 100-continue may be expected.'],
  [field('Upgrade: a\r\nUpgrade: b'), 'There is more than one Upgrade.'],
])('guards against %j', (head, reason) => {
  expect(scan(head)).toMatchObject({ kind: 'refusal', reason })
})

test('a head that is not whole is never taken for one that is, nor refused', () => {
  for (let length = 0; length < GOOD.length; length += 1) {
    expect(scan(GOOD.slice(0, length))).toEqual({ kind: 'incomplete' })
  }
})

test('a head is read alike wherever it lies, and whatever follows it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary-ascii' }),
      fc.string({ unit: 'binary-ascii' }),
      (before, after) => {
        const { to, ...rest } = read(
          scanRequestHead(Buffer.from(before + GOOD + after), before.length),
        )
        expect(to).toBe(before.length + GOOD.length)
        expect(rest.kept.map((at) => at - before.length)).toEqual(read(scan(GOOD)).kept)
      },
    ),
  )
})

test('whatever bytes come, what passes has neither control characters nor a second reading', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 4 }),
    fc.constantFrom(
      '\r\n',
      ': ',
      'Host: a\r\n',
      'Content-Length: 3\r\n',
      'Connection: close\r\n',
      '\r\n\r\n',
    ),
    fc.constantFrom('Transfer-Encoding: chunked\r\n', 'A: b\r\n', '\n', '\r', ' ', '\0', '_', '\t'),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const bytes = Buffer.from(`GET / HTTP/1.1\r\n${pieces.join('')}`, 'latin1')
      const head = scanRequestHead(bytes, 0)
      if (head.kind !== 'request') return
      const lines = bytes.toString('latin1', 0, head.to).split('\r\n')
      expect(lines.slice(-2)).toEqual(['', ''])
      for (const line of lines.slice(1, -2))
        expect(line).toMatch(/^[!#$%&'*+\-.^_`|~\w]+:[\t -~\x80-\xff]*$/)
    }),
    { numRuns: 2000 },
  )
})

function scan(head: string): ReturnType<typeof scanRequestHead> {
  return scanRequestHead(Buffer.from(head, 'latin1'), 0)
}

function read(head: ReturnType<typeof scanRequestHead>): RequestHead {
  if (head.kind !== 'request') throw new Error(`It is ${JSON.stringify(head)}.`)
  return head
}

/** Returns what of a head is passed on. */
function passedOn(text: string): string {
  const { kept } = read(scan(text))
  const runs: string[] = []
  for (let at = 0; at < kept.length; at += 2) runs.push(text.slice(kept[at], kept[at + 1]))
  return runs.join('')
}
