import { connect } from 'node:net'

import type { MuxStream, StreamHandler } from '../mux/mux-stream.ts'
import { joinSocket } from './splice.ts'

/** Where a stream leads to on the device's side. */
export type TargetAddress = { readonly host: string; readonly port: number }

/** Connects a stream to an address; one that does not answer is told to the stream's other end as its reset. */
export type DialTarget = (stream: MuxStream, address: TargetAddress) => StreamHandler

/**
 * Returns how to connect streams to addresses. All their sockets read into one buffer, so that an idle one holds none; what
 * is small leaves it copied into the link's own memory.
 */
export function createTargetDialer({
  timeoutMs,
}: {
  /** How long an address may take to answer. */
  readonly timeoutMs: number
}): DialTarget {
  const buffer = Buffer.allocUnsafeSlow(65_536)
  return (stream, { host, port }) => {
    const socket = connect({
      host,
      port,
      allowHalfOpen: true,
      onread: {
        buffer,
        callback: (bytes) => {
          if (!stream.writeVolatile(buffer.subarray(0, bytes))) socket.pause()
          return true
        },
      },
    })
    socket.setTimeout(timeoutMs, () => {
      socket.destroy(new Error(`${host}:${port} did not answer within ${timeoutMs} ms.`))
    })
    socket.on('connect', () => socket.setTimeout(0))
    const handler = joinSocket(stream, socket)
    socket.resume()
    return handler
  }
}
