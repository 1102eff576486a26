import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { PassThrough, type Duplex } from 'node:stream'
import { constants, createDeflate } from 'node:zlib'

import { expect, test } from 'vitest'

import { createFakeStreams } from '../../../test/fake-streams.ts'
import { serveForwarding } from './port-forward.ts'
import { spdyDictionary } from './spdy-dictionary.ts'

const streams = createFakeStreams()
const target = { node: 'n', namespace: 'default', pod: 'p', uid: 'u', container: 'c' }

function frame(type: number, payload: Buffer): Buffer {
  const header = Buffer.of(0x80, 3, 0, type, 0, 0, 0, 0)
  header.writeUIntBE(payload.length, 5, 3)
  return Buffer.concat([header, payload])
}

const whole = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function createClient() {
  const deflater = createDeflate({ dictionary: spdyDictionary })
  const packed: Buffer[] = []
  deflater.on('data', (part: Buffer) => packed.push(part))
  return async (id: number, headers: Readonly<Record<string, string>>): Promise<Buffer> => {
    const texts = Object.entries(headers).flat()
    const parts = texts.flatMap((text) => [whole(text.length), Buffer.from(text)])
    deflater.write(Buffer.concat([whole(texts.length / 2), ...parts]))
    await new Promise<void>((resolve) => {
      deflater.flush(constants.Z_SYNC_FLUSH, () => resolve())
    })
    return frame(1, Buffer.concat([whole(id), Buffer.alloc(6), ...packed.splice(0)]))
  }
}

async function openTunnel(): Promise<{
  readonly near: Duplex
  readonly far: Duplex
  close: () => void
}> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [near] = (await once(server, 'connection')) as [Duplex]
  const close = (): void => {
    far.destroy()
    near.destroy()
    server.close()
  }
  return { near, far, close }
}

test('of a connection that was begun and left nothing is kept', async () => {
  const { near, far, close } = await openTunnel()
  const waiting = serveForwarding(near, { streams, target })
  const open = createClient()
  far.resume()
  for (let at = 0; at < 50; at += 1) {
    const id = 2 * at + 1
    far.write(await open(id, { streamtype: 'error', requestid: String(at), port: '80' }))
    far.write(frame(3, Buffer.concat([whole(id), whole(5)])))
  }
  far.write(await open(999, { streamtype: 'error', requestid: 'last', port: '80' }))
  await expect.poll(waiting).toBe(1)
  close()
})

test('what a client sends reaches the port, more than fits at once, and what that answers the client', async () => {
  const { near, far, close } = await openTunnel()
  const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const port = String((echo.address() as AddressInfo).port)
  serveForwarding(near, { streams, target })
  const open = createClient()
  let received = 0
  far.on('data', (chunk: Buffer) => {
    received += chunk.length
  })
  far.write(await open(1, { streamtype: 'error', requestid: '0', port }))
  far.write(await open(3, { streamtype: 'data', requestid: '0', port }))
  const data = Buffer.concat([Buffer.of(0, 0, 0, 3, 0, 1, 0, 0), Buffer.alloc(1 << 16)])
  for (let count = 0; count < 50; count += 1) far.write(data)
  await expect.poll(() => received, { timeout: 5000 }).toBeGreaterThan(50 << 16)
  close()
  echo.close()
})

test('a client that reads no answers is not read either', async () => {
  const tunnel = new PassThrough({ highWaterMark: 1000 })
  const written: Buffer[] = []
  tunnel.write = (chunk: Buffer) => {
    written.push(chunk)
    return false
  }
  serveForwarding(tunnel, { streams, target })
  for (let at = 0; at < 1000; at += 1) tunnel.push(frame(6, whole(at)))
  await new Promise((resolve) => {
    setTimeout(resolve, 50)
  })
  expect(written).toHaveLength(1)
  tunnel.destroy()
})
