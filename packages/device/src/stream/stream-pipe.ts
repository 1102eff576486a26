import type { MuxStream, StreamHandler } from '@nexqloud/tunnel'

/** A stream for whoever writes at its pace. */
export type StreamPipe = {
  readonly handler: StreamHandler
  /** Aborts when the other end has reset the stream. */
  readonly signal: AbortSignal
  /** Resolves when more may be written, or the stream is over. */
  readonly write: (bytes: Buffer) => Promise<void>
}

/** What is done with what comes. */
export type StreamInput = {
  /** Whoever keeps the bytes calls `consumed` later, with how many they were. */
  readonly onData: (bytes: Buffer) => void
  readonly onEnd: () => void
}

/** Returns a stream's handler, and how to write to it at its pace. What comes is let fall where no input is given. */
export function createStreamPipe(stream: MuxStream, input?: StreamInput): StreamPipe {
  const over = new AbortController()
  let writable = Promise.withResolvers<void>()
  writable.resolve()
  return {
    signal: over.signal,
    write: async (bytes) => {
      if (over.signal.aborted) return
      if (!stream.write(bytes)) writable = Promise.withResolvers()
      await writable.promise
    },
    handler: {
      onData: (bytes) => {
        if (input === undefined) stream.consumed(bytes.length)
        else input.onData(bytes)
      },
      onEnd: () => input?.onEnd(),
      onReset: () => {
        over.abort()
        writable.resolve()
      },
      onWritable: () => writable.resolve(),
    },
  }
}
