import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createBodyScanner } from './body-scanner.ts'
import type { Framing } from './framing.ts'

const chunked: Framing = { kind: 'chunked' }

test('a body ends where its length, its last chunk or its connection says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 })),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      fc.string(),
      (chunks, sizes, after) => {
        const whole = Buffer.concat([...chunks.map(encodeChunk), Buffer.from('0\r\n\r\n')])
        const length = whole.length
        expect(follow(chunked, Buffer.concat([whole, Buffer.from(after)]), sizes)).toBe(length)
        expect(
          follow(
            { kind: 'length', bytes: length },
            Buffer.concat([whole, Buffer.from(after)]),
            sizes,
          ),
        ).toBe(length)
      },
    ),
  )
  const endless = createBodyScanner({ kind: 'untilEnd' }, { mayHaveTrailers: false })
  expect([endless.scan(Buffer.from('abc'), 1), endless.isDone]).toEqual([3, false])
})

test('an answer may have trailers, and a request none', () => {
  const body = Buffer.from('0\r\nChecksum: 1\r\nOther: 2\r\n\r\nrest')
  expect(scan(body, true)).toMatchObject({ to: body.length - 4, isDone: true, refusal: undefined })
  expect(scan(body, false)).toMatchObject({
    to: 3,
    refusal: { reason: 'Nothing may follow the last chunk.' },
  })
})

test.each([
  ['\r\n', 'The size of a chunk is malformed, too large, or has an extension.'],
  ['g\r\n', 'The size of a chunk is malformed, too large, or has an extension.'],
  ['3;a=b\r\nabc\r\n', 'The size of a chunk is malformed, too large, or has an extension.'],
  ['3 \r\nabc\r\n', 'The size of a chunk is malformed, too large, or has an extension.'],
  ['0x3\r\nabc\r\n', 'The size of a chunk is malformed, too large, or has an extension.'],
  ['-3\r\nabc\r\n', 'The size of a chunk is malformed, too large, or has an extension.'],
  ['000000003\r\nabc\r\n', 'The size of a chunk is malformed, too large, or has an extension.'],
  ['3\nabc\r\n', 'The size of a chunk is malformed, too large, or has an extension.'],
  ['3\rabc\r\n', 'A chunk does not end where it said.'],
  ['3\r\nabcd\r\n', 'A chunk does not end where it said.'],
  ['3\r\nabc\n0\r\n\r\n', 'A chunk does not end where it said.'],
  ['0\r\n\rX', 'A chunk does not end where it said.'],
  ['0\r\nA : b\r\n\r\n', 'A trailer is malformed, or has a name that no trailer may have.'],
  [
    '0\r\nContent-Length: 1\r\n\r\n',
    'A trailer is malformed, or has a name that no trailer may have.',
  ],
  [`0\r\nA: ${'b'.repeat(9000)}\r\n\r\n`, 'A trailer has more than 8192 bytes.'],
])('guards against %j', (body, reason) => {
  expect(scan(Buffer.from(body), true)).toMatchObject({ isDone: false, refusal: { reason } })
})

function encodeChunk(bytes: Uint8Array): Buffer {
  const size = Buffer.from(`${bytes.length.toString(16)}\r\n`)
  return Buffer.concat([size, bytes, Buffer.from('\r\n')])
}

function scan(body: Buffer, mayHaveTrailers: boolean) {
  const scanner = createBodyScanner(chunked, { mayHaveTrailers })
  const to = scanner.scan(body, 0)
  return { to, isDone: scanner.isDone, refusal: scanner.refusal }
}

/** Returns how many bytes belong to the body, given in pieces of such sizes. */
function follow(framing: Framing, bytes: Buffer, sizes: Iterable<number>): number {
  const scanner = createBodyScanner(framing, { mayHaveTrailers: false })
  const next = sizes[Symbol.iterator]()
  let at = 0
  while (!scanner.isDone && at < bytes.length) {
    const piece = bytes.subarray(at, at + Number(next.next().value))
    const to = scanner.scan(piece, 0)
    expect(scanner.refusal).toBeUndefined()
    if (!scanner.isDone) expect(to).toBe(piece.length)
    at += to
  }
  return at
}
