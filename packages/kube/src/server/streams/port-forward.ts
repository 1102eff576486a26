import type { Duplex } from 'node:stream'

import { createWebSocketStream, type WebSocket } from 'ws'

import type { ReachableContainer } from './container-target.ts'
import { serveSpdy } from './spdy-connection.ts'

/** What kubectl speaks: SPDY frames inside of the WebSocket. */
export const TUNNEL_PROTOCOL = 'SPDY/3.1+portforward.k8s.io'

function connect(
  { target, streams }: ReachableContainer,
  socket: WebSocket,
  port: number,
): Promise<Duplex> {
  const ended = new AbortController()
  socket.once('close', () => ended.abort())
  return streams.connect(target, port, ended.signal)
}

/** Serves connections to a pod's ports: of each the error stream comes first, then the data; both name the connection. */
export function serveTunnel(socket: WebSocket, container: ReachableContainer): void {
  const errors = new Map<string, Duplex>()
  serveSpdy(createWebSocketStream(socket), (stream, headers) => {
    const { streamtype, requestid = '', port } = headers
    if (streamtype === 'error') {
      errors.set(requestid, stream)
      stream.resume()
      return
    }
    const error = errors.get(requestid)
    errors.delete(requestid)
    void forward(connect(container, socket, Number(port)), { stream, error })
  })
}

async function forward(
  connecting: Promise<Duplex>,
  { stream, error }: { readonly stream: Duplex; readonly error: Duplex | undefined },
): Promise<void> {
  try {
    splice(stream, await connecting)
    error?.end()
  } catch (failure) {
    error?.end(messageOf(failure))
    stream.end()
  }
}

function splice(stream: Duplex, connection: Duplex): void {
  stream.pipe(connection)
  connection.pipe(stream)
  connection.on('error', () => stream.destroy())
  stream.on('close', () => connection.destroy())
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure)
}
