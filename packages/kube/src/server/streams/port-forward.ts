import type { Duplex } from 'node:stream'

import { createWebSocketStream, type WebSocket } from 'ws'

import type { ReachableContainer } from './container-target.ts'
import { serveSpdy } from './spdy-connection.ts'

/** What kubectl speaks: SPDY frames inside of the WebSocket. */
export const TUNNEL_PROTOCOL = 'SPDY/3.1+portforward.k8s.io'

function connect(
  { target, streams }: ReachableContainer,
  stream: Duplex,
  port: number,
): Promise<Duplex> {
  const ended = new AbortController()
  // It closes with the tunnel at the latest.
  stream.once('close', () => ended.abort())
  return streams.connect(target, port, ended.signal)
}

/** Serves connections to a pod's ports: of each the error stream comes first, then the data; both name the connection. */
export function serveTunnel(socket: WebSocket, container: ReachableContainer): void {
  serveForwarding(createWebSocketStream(socket), container)
}

/** Returns how many connections wait for their data stream, whose error stream is there; nothing else is kept of any. */
export function serveForwarding(tunnel: Duplex, container: ReachableContainer): () => number {
  const errors = new Map<string, Duplex>()
  serveSpdy(tunnel, (stream, headers) => {
    const { streamtype, requestid = '', port } = headers
    if (streamtype === 'error') {
      errors.set(requestid, stream)
      stream.once('close', () => {
        if (errors.get(requestid) === stream) errors.delete(requestid)
      })
      stream.resume()
      return
    }
    const error = errors.get(requestid)
    errors.delete(requestid)
    void forward(connect(container, stream, Number(port)), { stream, error })
  })
  return () => errors.size
}

async function forward(
  connecting: Promise<Duplex>,
  { stream, error }: { readonly stream: Duplex; readonly error: Duplex | undefined },
): Promise<void> {
  try {
    splice(await connecting, stream, error)
  } catch (failure) {
    error?.end(messageOf(failure))
    stream.end()
  }
}

/** The client reads why a connection ended once that is over: nothing, where it ended well. */
function splice(connection: Duplex, stream: Duplex, error: Duplex | undefined): void {
  stream.pipe(connection)
  connection.pipe(stream)
  connection.on('error', (failure) => {
    error?.end(failure.message)
    stream.end()
  })
  connection.on('close', () => error?.end())
  stream.on('close', () => connection.destroy())
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure)
}
