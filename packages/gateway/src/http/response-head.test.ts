import { expect, test } from 'vitest'

import { scanResponseHead } from './response-head.ts'

const answer = (line: string, ...fields: readonly string[]): string =>
  [line, ...fields, '', ''].join('\r\n')

test('an answer is passed on without what concerns its connection, and with our version', () => {
  const text = answer(
    'HTTP/1.1 200 OK',
    'Connection: keep-alive',
    'Content-Length: 3',
    'Keep-Alive: 5',
  )
  expect(scan(text)).toMatchObject({
    status: 200,
    framing: { kind: 'length', bytes: 3 },
    isKeptAlive: true,
  })
  expect(passedOn(text)).toBe(' 200 OK\r\nContent-Length: 3\r\n')
})

test.each([
  ['HTTP/1.1 200 OK', [], { kind: 'untilEnd' }],
  ['HTTP/1.1 200 OK', ['Transfer-Encoding: Chunked'], { kind: 'chunked' }],
  ['HTTP/1.1 200', ['Content-Length: 7'], { kind: 'length', bytes: 7 }],
  ['HTTP/1.1 204 No Content', [], { kind: 'length', bytes: 0 }],
  ['HTTP/1.1 204 No Content', ['Content-Length: 0'], { kind: 'length', bytes: 0 }],
  ['HTTP/1.1 304 Not Modified', ['Content-Length: 7'], { kind: 'length', bytes: 0 }],
  ['HTTP/1.1 100 Continue', [], { kind: 'length', bytes: 0 }],
])('%s with %j is framed as %j', (line, fields, framing) => {
  expect(scan(answer(line, ...fields))).toMatchObject({ framing })
})

test('an answer to HEAD has no body, whatever it says', () => {
  const text = answer('HTTP/1.1 200 OK', 'Content-Length: 7')
  expect(scan(text, true)).toMatchObject({ framing: { kind: 'length', bytes: 0 } })
})

test.each([
  ['HTTP/1.0 200 OK', []],
  ['HTTP/1.1 200 OK', ['Connection: close']],
])('after %s with %j nothing more can be asked', (line, fields) => {
  expect(scan(answer(line, ...fields))).toMatchObject({ isKeptAlive: false })
})

test.each([
  [answer('HTTP/2.0 200 OK'), 'Only HTTP/1.1 and HTTP/1.0 are spoken here.'],

  [answer('SSH-2.0-OpenSSH_9'), 'There is no version of HTTP.'],
  [answer('HTTP/1.1  200 OK'), 'Its status line is malformed.'],
  [answer('HTTP/1.1 99 Low'), 'Its status line is malformed.'],
  [answer('HTTP/1.1 999 High'), 'Its status line is malformed.'],
  [answer('HTTP/1.1 2000 OK'), 'Its status line is malformed.'],
  [answer('HTTP/1.1 200 OK\0'), 'Its status line is malformed.'],
  ['HTTP/1.1 200 OK\nA: b\r\n\r\n', 'Its status line is malformed.'],
  [answer('HTTP/1.1 200 OK', 'A : b'), 'There is a space in the name of a field, or after it.'],
  [
    answer('HTTP/1.1 200 OK', 'Content-Length: 1', 'Content-Length: 2'),
    'It has more than one Content-Length, or one that is misspelt.',
  ],
  [
    answer('HTTP/1.1 200 OK', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
    'There is both a Content-Length and a Transfer-Encoding.',
  ],
  [
    answer('HTTP/1.1 200 OK', 'Transfer-Encoding: gzip'),
    'The only transfer coding that is known is chunked.',
  ],
  [answer('HTTP/1.0 200 OK', 'Transfer-Encoding: chunked'), 'HTTP/1.0 has no Transfer-Encoding.'],
  [
    answer('HTTP/1.1 204 No Content', 'Content-Length: 5'),
    'It has a body, which an answer 204 has not.',
  ],
  [
    answer('HTTP/1.1 100 Continue', 'Transfer-Encoding: chunked'),
    'It has a body, which an answer 100 has not.',
  ],
])('guards against %j', (text, reason) => {
  expect(scan(text)).toMatchObject({ kind: 'refusal', reason })
})

test('a head that is not whole is never taken for one that is, nor refused', () => {
  const text = answer('HTTP/1.1 200 OK', 'Content-Length: 7', 'Connection: close')
  for (let length = 0; length < text.length; length += 1) {
    expect(scan(text.slice(0, length))).toEqual({ kind: 'incomplete' })
  }
})

function scan(text: string, isHead = false): ReturnType<typeof scanResponseHead> {
  return scanResponseHead(Buffer.from(text, 'latin1'), 0, { isHead })
}

/** Returns what of a head is passed on. */
function passedOn(text: string): string {
  const head = scan(text)
  if (head.kind !== 'response') throw new Error(`It is ${JSON.stringify(head)}.`)
  const runs: string[] = []
  for (let at = 0; at < head.kept.length; at += 2)
    runs.push(text.slice(head.kept[at], head.kept[at + 1]))
  return runs.join('')
}
