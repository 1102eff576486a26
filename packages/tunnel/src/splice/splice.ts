import type { Socket } from 'node:net'

import { COPIED_BYTES } from '../frame/frame-writer.ts'
import type { MuxStream, StreamHandler } from '../mux/mux-stream.ts'

/** TLS gives pieces of at most 16 KiB: several that come in one turn leave in one write. */
const CORKED_BYTES = 8192

/**
 * Joins a socket to a stream: bytes, ends and resets go from each to the other, and whichever is slow slows the other one.
 * Returns the stream's handler. The socket must not have been read from.
 */
export function spliceSocket(stream: MuxStream, socket: Socket): StreamHandler {
  socket.on('data', (piece: Buffer) => {
    if (!stream.write(piece)) socket.pause()
  })
  return joinSocket(stream, socket)
}

/** As {@link spliceSocket}, but for the bytes of the socket, which somebody else writes into the stream. */
export function joinSocket(stream: MuxStream, socket: Socket): StreamHandler {
  let owedBytes = 0
  let isCorked = false
  const uncork = (): void => {
    isCorked = false
    socket.uncork()
  }
  socket.allowHalfOpen = true
  socket.setNoDelay(true)
  socket.on('drain', () => {
    const bytes = owedBytes
    owedBytes = 0
    stream.consumed(bytes)
  })
  socket.on('end', () => stream.end())
  socket.on('error', ({ message }) => stream.reset('connectError', message))
  socket.on('close', () => {
    const isWhole = socket.readableEnded && socket.writableFinished
    if (!isWhole) stream.reset('connectError', 'The connection closed before its end.')
  })
  return {
    onData: (piece) => {
      if (!isCorked && piece.length >= CORKED_BYTES) {
        isCorked = true
        socket.cork()
        setImmediate(uncork)
      }
      // A small piece that has to wait would keep the whole buffer that it came in.
      const isCopied = piece.length <= COPIED_BYTES && socket.writableLength > 0
      if (socket.write(isCopied ? Buffer.from(piece) : piece)) stream.consumed(piece.length)
      else owedBytes += piece.length
    },
    onEnd: () => socket.end(),
    onReset: () => {
      // A socket that is being shut cannot be reset: Node would lose it, still open (libuv answers EINVAL).
      if (socket.connecting || socket.writableEnded) socket.destroy()
      else socket.resetAndDestroy()
    },
    onWritable: () => socket.resume(),
  }
}
