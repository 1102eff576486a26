import { Duplex } from 'node:stream'

import type { Mux, MuxStream, StreamHandler, StreamReset } from '@nexqloud/tunnel'

import { StreamEndedError } from './errors.ts'

/**
 * Opens a stream to a target, as a Node stream: bytes are taken at the reader's pace, and a reset destroys it with its reason.
 *
 * @throws {@link LinkUnavailableError}
 */
export function openStreamDuplex(mux: Mux, target: Buffer): Duplex {
  let made: Duplex | undefined
  mux.open({ target }, (stream) => {
    const { duplex, handler } = createStreamDuplex(stream)
    made = duplex
    return handler
  })
  if (made === undefined) throw new TypeError('The mux opened a stream without its handler.')
  return made
}

function createStreamDuplex(stream: MuxStream): {
  readonly duplex: Duplex
  readonly handler: StreamHandler
} {
  let written: ((error?: Error) => void) | undefined
  let owedBytes = 0
  const duplex = new Duplex({
    allowHalfOpen: true,
    read: () => {
      const bytes = owedBytes
      owedBytes = 0
      if (bytes > 0) stream.consumed(bytes)
    },
    write: (chunk: Buffer, _encoding, done) => {
      if (stream.write(chunk)) done()
      else written = done
    },
    final: (done) => {
      stream.end()
      done()
    },
    destroy: (error, done) => {
      stream.reset('cancel', error?.message ?? '')
      // A write that waits would wait for ever: Node tells its writer nothing while it is under way.
      written?.(error ?? new StreamEndedError({ code: 'cancel', reason: 'The stream was closed.' }))
      written = undefined
      done(error)
    },
  })
  const handler: StreamHandler = {
    onData: (piece) => {
      // The network's buffer is not kept for the few bytes of it that wait.
      if (duplex.push(Buffer.from(piece))) stream.consumed(piece.length)
      else owedBytes += piece.length
    },
    onEnd: () => void duplex.push(null),
    onReset: (reset: StreamReset) => void duplex.destroy(new StreamEndedError(reset)),
    onWritable: () => {
      const done = written
      written = undefined
      done?.()
    },
  }
  return { duplex, handler }
}
