/** What different programs take the same bytes of a connection for. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'

import { FairPlaces } from '@nexqloud/kernel'

import { createBodyScanner } from '../src/http/body-scanner.ts'
import { ClientFields } from '../src/http/client-fields.ts'
import { HeldMemory } from '../src/http/held-memory.ts'
import { writePassedRequest } from '../src/http/passed-head.ts'
import { RequestReader } from '../src/http/request-reader.ts'

/** A request that was taken whole. */
export type Reading = {
  readonly method: string
  readonly target: string
  readonly body: string
}

/** Somebody who reads HTTP. */
export type Reader = {
  /** Sends bytes and returns the requests that were taken from them. */
  readonly read: (bytes: Buffer) => Promise<readonly Reading[]>
  readonly port: number
  readonly close: () => void
}

/** Starts a server of Node that takes requests; `entry` is where bytes go in, the server itself or what stands before it. */
export async function startReader(
  open: (port: number) => Promise<{ readonly port: number }> = async (port) => ({ port }),
): Promise<Reader> {
  let readings: Reading[] = []
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const { method = '', url = '' } = request
      // Node leaves a target in absolute form as it is.
      const target = url.replace(/^http:\/\/[^/]*/i, '')
      readings.push({ method, target, body: Buffer.concat(pieces).toString('latin1') })
      response.end()
    })
  })
  server.on('clientError', (_, socket) => socket.destroy())
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = await open((server.address() as AddressInfo).port)
  return {
    port,
    read: async (bytes) => {
      readings = []
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
      socket.on('error', () => {})
      socket.resume()
      socket.end(bytes)
      await new Promise((resolve) => socket.on('close', resolve))
      return readings
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** What the gateway takes bytes for: the requests, each as it came and as it is passed on, and what follows them. */
export type OwnReading = {
  readonly requests: readonly (Reading & { readonly passed: Buffer })[]
  readonly last: 'end' | 'incomplete' | 'refusal'
}

/** Reads bytes as the gateway does. */
export function readAsGateway(bytes: Buffer): OwnReading {
  const requests: (Reading & { readonly passed: Buffer })[] = []
  const client = new ClientFields('192.0.2.1')
  const target = Buffer.alloc(200_000)
  let at = 0
  while (at < bytes.length) {
    const head = new RequestReader(65_536, new HeldMemory(new FairPlaces(1e6), '')).read(bytes, at)
    if (head.kind !== 'request') return { requests, last: head.kind }
    const body = createBodyScanner(head.framing, { mayHaveTrailers: false })
    const to = body.scan(bytes, head.to)
    if (body.refusal !== undefined) return { requests, last: 'refusal' }
    if (!body.isDone) return { requests, last: 'incomplete' }
    const length = writePassedRequest(target, { bytes, head, client })
    const raw = bytes.toString('latin1', head.to, to)
    const passed = Buffer.concat([target.subarray(0, length), bytes.subarray(head.to, to)])
    const [, path = ''] = passed.toString('latin1').split(' ')
    const isChunked = head.framing.kind === 'chunked'
    requests.push({
      method: head.method,
      target: path,
      body: isChunked ? joinChunks(raw) : raw,
      passed,
    })
    if (!head.isKeptAlive) return { requests, last: 'end' }
    at = to
  }
  return { requests, last: 'end' }
}

/** Returns what chunks carry, read as simply as can be. */
function joinChunks(raw: string): string {
  const [size = '', ...rest] = raw.split('\r\n')
  const bytes = Number.parseInt(size, 16)
  if (bytes === 0) return ''
  const after = rest.join('\r\n')
  return after.slice(0, bytes) + joinChunks(after.slice(bytes + 2))
}
