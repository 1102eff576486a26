/** What smugglers send, and what only looks like it. */

import fc from 'fast-check'

const BODY = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
const CHUNKED = 'Transfer-Encoding: chunked'

const post = (fields: string, body = ''): string =>
  `POST /first HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n${body}`
const get = (fields: string): string => `GET /first HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n`

/** By hand: each trick of the literature on request smuggling that HTTP/1.1 has room for. */
export const hostileRequests: readonly string[] = [
  get('Accept: */*'),
  get('Accept: */*') + get('Connection: close'),
  post('Content-Length: 5', 'hello') + get('A: b'),
  post(CHUNKED, '5\r\nhello\r\n0\r\n\r\n') + get('A: b'),
  post(`Content-Length: 6\r\n${CHUNKED}`, `0\r\n\r\nG${BODY}`),
  post(`${CHUNKED}\r\nContent-Length: 4`, `5c\r\n${BODY}\r\n0\r\n\r\n`),
  post('Content-Length: 0\r\nContent-Length: 5', BODY),
  post('Content-Length: 5\r\nContent-Length: 5', 'hello'),
  post('Content-Length: 5, 5', 'hello'),
  post('Content-Length: +5', 'hello'),
  post('Content-Length: 5 5', 'hello'),
  post('Content-Length: 0x5', 'hello'),
  post('Content-Length: 05', 'hello'),
  post('Content-Length:5', 'hello'),
  post('Content-Length:\t5\t', 'hello'),
  post('Content-Length : 5', BODY),
  post(' Content-Length: 5', BODY),
  post('A: b\r\n Content-Length: 5', BODY),
  post('Content-Length\r\n : 5', BODY),
  post('Content_Length: 5', BODY),
  post('Content-Length: 5\0', BODY),
  post('Content-Length: ', BODY),
  post('Transfer-Encoding: xchunked', BODY),
  post('Transfer-Encoding : chunked', `0\r\n\r\n${BODY}`),
  post('Transfer-Encoding:\x0bchunked', `0\r\n\r\n${BODY}`),
  post('Transfer-Encoding:\tchunked', `0\r\n\r\n${BODY}`),
  post('Transfer-Encoding: chunked, identity', `0\r\n\r\n${BODY}`),
  post('Transfer-Encoding: identity, chunked', `0\r\n\r\n${BODY}`),
  post('Transfer-Encoding: "chunked"', `0\r\n\r\n${BODY}`),
  post('Transfer-Encoding: chunked\r\nTransfer-Encoding: x', `0\r\n\r\n${BODY}`),
  post('X: y\nTransfer-Encoding: chunked', `0\r\n\r\n${BODY}`),
  post('X: y\rTransfer-Encoding: chunked', `0\r\n\r\n${BODY}`),
  post('Transfer-Encoding\r\n : chunked', `0\r\n\r\n${BODY}`),
  post('Transfer_Encoding: chunked', `0\r\n\r\n${BODY}`),
  post('Transfer-Encoding: CHUNKED', '5\r\nhello\r\n0\r\n\r\n'),
  post('Connection: close, content-length\r\nContent-Length: 5', BODY),
  post(`Connection: transfer-encoding\r\n${CHUNKED}`, `0\r\n\r\n${BODY}`),
  `POST /first HTTP/1.0\r\nHost: a\r\n${CHUNKED}\r\n\r\n0\r\n\r\n${BODY}`,
  'GET /first HTTP/1.0\r\n\r\n',
  post(CHUNKED, `5;a=b\r\nhello\r\n0\r\n\r\n${BODY}`),
  post(CHUNKED, `5;a\nb\r\nhello\r\n0\r\n\r\n${BODY}`),
  post(CHUNKED, `5 \r\nhello\r\n0\r\n\r\n${BODY}`),
  post(CHUNKED, `0x5\r\nhello\r\n0\r\n\r\n${BODY}`),
  post(CHUNKED, `5\nhello\n0\n\n${BODY}`),
  post(CHUNKED, `5\r\nhelloXX0\r\n\r\n${BODY}`),
  post(CHUNKED, `5\r\nhello\r\n0\r\nA: b\r\n\r\n${BODY}`),
  post(CHUNKED, `5\r\nhello\r\n0\r\n${BODY}`),
  post(CHUNKED, `00000005\r\nhello\r\n000\r\n\r\n${BODY}`),
  post(CHUNKED, `fffffffffffffffff\r\nhello\r\n0\r\n\r\n`),
  'GET /first HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
  'GET /first HTTP/1.1\r\n\r\n',
  'GET http://b/first HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET http://a/first HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /first HTTP/1.1\nHost: a\n\n',
  'GET /first\r\n\r\n',
  'GET  /first HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /first HTTP/1.1 \r\nHost: a\r\n\r\n',
  'GET /first\tHTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /fir st HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /first HTTP/1.1x\r\nHost: a\r\n\r\n',
  'GET /first HTTP/01.1\r\nHost: a\r\n\r\n',
  '\r\nGET /first HTTP/1.1\r\nHost: a\r\n\r\n',
  '\r\n\r\nGET /first HTTP/1.1\r\nHost: a\r\n\r\n',
  '\nGET /first HTTP/1.1\r\nHost: a\r\n\r\n',
  get('A\0: b'),
  get('A: b\0c'),
  get(': b'),
  get('A'),
  get('Expect: 100-continue'),
  get('Content-Length: 5') + 'hello',
  `GET /${'a'.repeat(7000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  get(`A: ${'b'.repeat(15_000)}`),
]

const pieces: readonly string[] = [
  'GET /first HTTP/1.1\r\n',
  'POST /first HTTP/1.1\r\n',
  'Host: a\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: 0\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Connection: close\r\n',
  'Connection: keep-alive\r\n',
  'A: b\r\n',
  '\r\n',
  'hello',
  '5\r\nhello\r\n',
  '0\r\n\r\n',
  'GET /second HTTP/1.1\r\nHost: a\r\n\r\n',
]

/** At random: pieces of requests in any order, with a byte changed, left out or put in here and there. */
export function randomRequests(): fc.Arbitrary<string> {
  const noise = fc.constantFrom(
    '\r',
    '\n',
    ' ',
    '\t',
    '\0',
    ':',
    ';',
    ',',
    '_',
    '-',
    '\x0b',
    'x',
    '0',
  )
  const change = fc.record({
    at: fc.nat(400),
    text: fc.oneof(noise, fc.constant('')),
    cut: fc.nat(1),
  })
  const begin = fc.constantFrom(
    'GET /first HTTP/1.1\r\nHost: a\r\n',
    'POST /first HTTP/1.1\r\nHost: a\r\n',
    '',
  )
  return fc
    .tuple(
      begin,
      fc.array(fc.constantFrom(...pieces), { maxLength: 8 }),
      fc.array(change, { maxLength: 2 }),
    )
    .map(([first, rest, changes]) =>
      changes.reduce(
        (text, { at, text: put, cut }) => {
          const from = text.length === 0 ? 0 : at % text.length
          return text.slice(0, from) + put + text.slice(from + cut)
        },
        first + rest.join(''),
      ),
    )
}
