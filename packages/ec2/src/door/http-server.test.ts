import { once } from 'node:events'
import { connect } from 'node:net'

import { expect, onTestFinished, test } from 'vitest'

import { openEc2Server } from './http-server.ts'
import type { DoorRequest } from './service-door.ts'

test('a body is handed over whole, however it came', async () => {
  const { port, asked } = await setup()
  const socket = connect(port, '127.0.0.1')
  socket.write('POST /path?a=b HTTP/1.1\r\nHost: here\r\nContent-Length: 6\r\n\r\nabc')
  await once(socket, 'ready')
  socket.end('def')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  expect(asked.map(({ target, body }) => [target, String(body)])).toEqual([['/path?a=b', 'abcdef']])
})

test('a body in parts of a byte is whole, in room of about its size', async () => {
  const { port, asked } = await setup()
  const socket = connect(port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n')
  socket.write('1\r\na\r\n'.repeat(50_000))
  socket.write('0\r\n\r\n')
  await once(socket, 'data')
  socket.destroy()
  const [{ body } = { body: undefined }] = asked
  expect(String(body)).toBe('a'.repeat(50_000))
  expect(body?.buffer.byteLength).toBeLessThan(2 * 50_000)
})

test('a body beyond a mebibyte is refused, and nobody asked', async () => {
  const { port, asked } = await setup()
  const body = 'a'.repeat((1 << 20) + 1)
  const response = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body })
  expect([response.status, response.headers.get('connection')]).toEqual([413, 'close'])
  expect(asked).toEqual([])
})

test('whoever leaves amid a body holds up nobody', async () => {
  const { port, close, asked } = await setup()
  const socket = connect(port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 6\r\n\r\nabc')
  await once(socket, 'ready')
  socket.resetAndDestroy()
  await close()
  expect(asked).toEqual([])
})

async function setup() {
  const asked: DoorRequest[] = []
  const answer = async (request: DoorRequest) => {
    asked.push(request)
    return { status: 200, headers: {}, body: 'well' }
  }
  const { port, close } = await openEc2Server(answer, { host: '127.0.0.1', port: 0 })
  let closing: Promise<void> | undefined
  const closeOnce = () => (closing ??= close())
  onTestFinished(closeOnce)
  return { port, asked, close: closeOnce }
}
