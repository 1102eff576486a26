import type { Duplex } from 'node:stream'

import { createWebSocketStream, type WebSocket } from 'ws'

import { statusError } from '../../status-error.ts'
import type { ReachableContainer } from './container-target.ts'
import { serveSpdy } from './spdy-connection.ts'

/** What kubectl speaks: SPDY frames inside of the WebSocket. Other clients speak the channels of exec. */
export const TUNNEL_PROTOCOL = 'SPDY/3.1+portforward.k8s.io'

/** What clients may speak without a tunnel. */
export const forwardProtocols = ['v4.channel.k8s.io']

/** @throws {@link StatusError} where one of them is no port. */
export function assertPorts(ports: readonly number[]): void {
  const wrong = ports.find((port) => !Number.isInteger(port) || port < 1 || port > 65_535)
  if (ports.length > 0 && ports.length <= 127 && wrong === undefined) return
  throw statusError('BadRequest', 'query parameter "ports" is required, each from 1 to 65535')
}

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

/** Serves one connection to each of these ports. */
export function serveChannels(
  socket: WebSocket,
  container: ReachableContainer,
  ports: readonly number[],
): void {
  ports.forEach((port, index) => serveChannel(socket, container, { port, index }))
}

/** Two channels a port: data and errors; each begins with the port, 16 bits, the lower ones first. */
function serveChannel(
  socket: WebSocket,
  container: ReachableContainer,
  { port, index }: { readonly port: number; readonly index: number },
): void {
  const [dataChannel, errorChannel] = [2 * index, 2 * index + 1]
  const send = (channel: number, bytes: Buffer): void => {
    if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.of(channel), bytes]))
  }
  const head = Buffer.alloc(2)
  head.writeUInt16LE(port)
  send(dataChannel, head)
  send(errorChannel, head)
  // What comes before the connection stands waits in the socket.
  socket.pause()
  const take = (connection: Duplex): void => {
    connection.on('data', (bytes: Buffer) => {
      connection.pause()
      socket.send(Buffer.concat([Buffer.of(dataChannel), bytes]), () => connection.resume())
    })
    connection.on('error', (error) => send(errorChannel, Buffer.from(error.message)))
    connection.on('close', () => socket.close(1000))
    socket.on('message', (bytes: Buffer) => {
      if (bytes[0] !== dataChannel || connection.write(bytes.subarray(1))) return
      socket.pause()
      connection.once('drain', () => socket.resume())
    })
    socket.once('close', () => connection.destroy())
  }
  const refuse = (failure: unknown): void => {
    send(errorChannel, Buffer.from(messageOf(failure)))
    socket.close(1000)
  }
  void connect(container, socket, port)
    .then(take, refuse)
    .finally(() => socket.resume())
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure)
}
