import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

import { WebSocketServer, type WebSocket } from 'ws'

import type { ResourceRequest } from '../server/context.ts'
import { execProtocols, prepareExec } from '../server/streams/exec.ts'
import {
  forwardProtocols,
  preparePortForward,
  TUNNEL_PROTOCOL,
} from '../server/streams/port-forward.ts'
import { StatusError, statusError } from '../status-error.ts'

/** Bytes of one message; clients cut what they send into less. */
const MAX_MESSAGE_BYTES = 1 << 20

/** Turns connections into WebSockets, and serves a pod's streams on them. */
export type Upgrader = {
  /** @throws {@link StatusError} where the request is refused; the connection is still as it was then. */
  readonly upgrade: (asked: ResourceRequest, connection: Connection) => void
  readonly close: () => void
}

/** A connection that wants to be something else. */
export type Connection = {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
  /** Told once the stream has ended. */
  readonly onEnd: () => void
}

/** Returns what serves streams. */
export function createUpgrader(): Upgrader {
  const tunnels = new WeakSet<IncomingMessage>()
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) =>
      [...execProtocols, ...forwardProtocols].find((protocol) => offered.has(protocol)) ?? false,
  })
  server.on('headers', (headers, request) => {
    if (tunnels.has(request)) headers.push(`Sec-WebSocket-Protocol: ${TUNNEL_PROTOCOL}`)
  })
  return {
    upgrade: (asked, { request, socket, head, onEnd }) => {
      const isTunnel = takeTunnel(request)
      const serve = prepare(asked, { offered: offeredBy(request), isTunnel })
      if (isTunnel) tunnels.add(request)
      server.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.once('close', onEnd)
        serve(webSocket)
      })
    },
    close: () => {
      for (const client of server.clients) client.terminate()
      server.close()
    },
  }
}

/** A slash is no character of a subprotocol, so `ws` would refuse it: it is taken out here, and answered by hand. */
function takeTunnel(request: IncomingMessage): boolean {
  if (!offeredBy(request).includes(TUNNEL_PROTOCOL)) return false
  delete request.headers['sec-websocket-protocol']
  return true
}

function offeredBy({ headers }: IncomingMessage): readonly string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
}

function prepare(
  asked: ResourceRequest,
  { offered, isTunnel }: { readonly offered: readonly string[]; readonly isTunnel: boolean },
): (socket: WebSocket) => void {
  const { subresource } = asked.info
  const known = subresource === 'portforward' ? forwardProtocols : execProtocols
  if (!isTunnel && !known.some((protocol) => offered.includes(protocol))) {
    throw statusError('BadRequest', `The WebSocket has to speak one of ${known.join(', ')}.`)
  }
  if (subresource === 'portforward') return preparePortForward(asked, isTunnel)
  if (subresource === 'exec' || subresource === 'attach') return prepareExec(asked)
  throw statusError('BadRequest', `${asked.info.resource}/${subresource} is no stream.`)
}

/** Answers a request for an upgrade that is refused. */
export function refuseUpgrade(socket: Duplex, failure: unknown): void {
  const { status } =
    failure instanceof StatusError ? failure : statusError('InternalError', 'The server failed.')
  const body = JSON.stringify(status)
  const lines = [
    `HTTP/1.1 ${status.code} ${STATUS_CODES[status.code] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
