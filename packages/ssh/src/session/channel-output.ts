import { Writable } from 'node:stream'

/** What output is written to, and what it leaves by. */
export type OutputParts = {
  readonly channel: Writable
  /** A client that does not read has its output wait in the process, whatever window it gave. */
  readonly socket: Writable
  /** Aborted when the channel is over. */
  readonly signal: AbortSignal
  readonly onBytes: () => void
}

/** Returns the output of a process, as a stream that ends with the channel: ssh2 leaves the writers of a closed one waiting. */
export function createChannelOutput({ channel, socket, signal, onBytes }: OutputParts): Writable {
  const output = new Writable({
    write: (bytes: Buffer, _encoding, done) => {
      onBytes()
      const end = (): void => {
        signal.removeEventListener('abort', fail)
        done()
      }
      const fail = (): void => done(new Error('The channel is closed.'))
      signal.addEventListener('abort', fail, { once: true })
      if (signal.aborted) return fail()
      channel.write(bytes, () => {
        if (signal.aborted) return
        if (socket.writableNeedDrain) socket.once('drain', end)
        else end()
      })
    },
  })
  // Whoever writes is told.
  output.on('error', () => {})
  return output
}
