import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { clientAddressOf, FairPlaces } from '@nexqloud/kernel'

import type { DoorAnswer, DoorRequest } from './service-door.ts'

/** User data has 16 KiB, in base64 and percent signs; a thousand ids 20. */
const MOST_BODY_BYTES = 1 << 20
const HEADERS_WITHIN_MS = 10_000
/** Each may have a body on its way. */
const CONNECTIONS = 1024
const REQUEST_WITHIN_MS = 30_000

/** Where a door is open. */
export type Ec2Server = { readonly port: number; readonly close: () => Promise<void> }

/** Opens a door over HTTP; port 0 is any that is free. */
export async function openEc2Server(
  answer: (request: DoorRequest) => Promise<DoorAnswer>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Ec2Server> {
  const server = createServer(
    { headersTimeout: HEADERS_WITHIN_MS, requestTimeout: REQUEST_WITHIN_MS },
    (request, response) => void serve(answer, request, response),
  )
  admitFairly(server)
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      await closed
    },
  }
}

/** Whoever finds no place is hung up on. */
function admitFairly(server: Server): void {
  const places = new FairPlaces(CONNECTIONS)
  server.on('connection', (socket) => {
    const address = clientAddressOf(socket.remoteAddress)
    if (places.refusal(address) !== undefined) {
      socket.destroy()
      return
    }
    places.take(address)
    socket.once('close', () => places.leave(address))
  })
}

async function serve(
  answer: (request: DoorRequest) => Promise<DoorAnswer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(request)
    if (body === undefined) {
      response.writeHead(413, { connection: 'close' })
      response.end()
      return
    }
    const { method = '', url = '/', headers, socket } = request
    const {
      status,
      headers: own,
      body: text,
    } = await answer({
      method,
      target: url,
      headers: flat(headers),
      body,
      sourceAddress: socket.remoteAddress ?? '',
    })
    response.writeHead(status, { ...own, 'content-length': Buffer.byteLength(text) })
    response.end(text)
  } catch {
    // Whoever asked is gone.
    response.destroy()
  }
}

/**
 * An iterator over its parts would be a tenth of what a small request takes. Parts are copied, not kept: whoever sends a byte in each would have us hold
 * a buffer of hundreds of bytes for it.
 */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  let kept = Buffer.alloc(0)
  let length = 0
  return new Promise((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      const end = length + part.length
      if (end > MOST_BODY_BYTES) {
        request.pause()
        resolve(undefined)
        return
      }
      if (end > kept.length) kept = grown(kept, end)
      length += part.copy(kept, length)
    })
    request.once('end', () => resolve(kept.subarray(0, length)))
    request.once('error', reject)
    request.once('close', () => {
      if (!request.complete) reject(new Error('The request has ended early.'))
    })
  })
}

/** Room doubles, so that all copies together are no more than twice the body. */
function grown(kept: Buffer, least: number): Buffer<ArrayBuffer> {
  const room = Buffer.alloc(Math.max(least, 2 * kept.length))
  kept.copy(room)
  return room
}

function flat(headers: IncomingMessage['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : value,
    ]),
  )
}
