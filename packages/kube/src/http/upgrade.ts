import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

import { WebSocketServer, type WebSocket } from 'ws'

import { execProtocols } from '../exec-protocol.ts'
import type { ReachableContainer } from '../server/streams/container-target.ts'
import { serveProcess } from '../server/streams/exec.ts'
import { serveTunnel, TUNNEL_PROTOCOL } from '../server/streams/port-forward.ts'
import { StatusError, statusError } from '../status-error.ts'

/** Bytes of one message; clients cut what they send into less. */
const MAX_MESSAGE_BYTES = 1 << 20

/** What a client offers to speak. */
export type Offer = {
  readonly protocols: readonly string[]
  /** Whether it wants SPDY inside of the WebSocket. */
  readonly isTunnel: boolean
}

/** Turns connections into WebSockets. */
export type Upgrader = {
  /**
   * Serves a WebSocket as `prepare` says; what that throws is thrown on, and the connection is still as it was then.
   */
  readonly upgrade: (
    connection: Connection,
    prepare: (offer: Offer) => (socket: WebSocket) => void,
  ) => void
  readonly close: () => void
}

/** A connection that wants to be something else. */
export type Connection = {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

/** Returns what serves WebSockets. */
export function createUpgrader(): Upgrader {
  const tunnels = new WeakSet<IncomingMessage>()
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => execProtocols.find((protocol) => offered.has(protocol)) ?? false,
  })
  server.on('headers', (headers, request) => {
    if (tunnels.has(request)) headers.push(`Sec-WebSocket-Protocol: ${TUNNEL_PROTOCOL}`)
  })
  return {
    upgrade: ({ request, socket, head }, prepare) => {
      const protocols = offeredBy(request)
      const isTunnel = protocols.includes(TUNNEL_PROTOCOL)
      const serve = prepare({ protocols, isTunnel })
      if (isTunnel) {
        tunnels.add(request)
        // A slash is no character of a subprotocol, so `ws` would refuse it: it is answered by hand.
        delete request.headers['sec-websocket-protocol']
      }
      server.handleUpgrade(request, socket, head, serve)
    },
    close: () => {
      for (const client of server.clients) client.terminate()
      server.close()
    },
  }
}

function offeredBy({ headers }: IncomingMessage): readonly string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
}

/** What a stream of a container is, by the name that Kubernetes gives it. */
export type StreamRequest = {
  readonly container: ReachableContainer
  readonly name: string
  readonly command: readonly string[]
  readonly isTty: boolean
  readonly hasStdin: boolean
}

/** Returns the stream that a query asks for, of an API server or, which has another name for input, of a kubelet. */
export function parseStream(
  container: ReachableContainer,
  name: string,
  query: URLSearchParams,
): StreamRequest {
  const isOn = (each: string) => ['true', '1'].includes(query.get(each) ?? '')
  return {
    container,
    name,
    command: query.getAll('command'),
    isTty: isOn('tty'),
    hasStdin: isOn('stdin') || isOn('input'),
  }
}

/**
 * Returns how a stream is served to a client that offers this.
 *
 * @throws {@link StatusError} where it cannot be.
 */
export function prepareStream(
  stream: StreamRequest,
  { protocols, isTunnel }: Offer,
): (socket: WebSocket) => void {
  const isForward = stream.name.toLowerCase() === 'portforward'
  if (isForward && isTunnel) return (socket) => serveTunnel(socket, stream.container)
  const known = isForward ? [TUNNEL_PROTOCOL] : execProtocols
  if (isForward || !known.some((protocol) => protocols.includes(protocol))) {
    throw statusError('BadRequest', `The WebSocket has to speak one of ${known.join(', ')}.`)
  }
  return (socket) => serveProcess(socket, stream)
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
