import { connect, type Socket } from 'node:net'

import { systemClock, type Clock } from '@nexqloud/kernel'

import type { MuxStream, StreamHandler } from '../mux/mux-stream.ts'
import { joinSocket } from './splice.ts'

/** Where a stream leads to on the device's side. */
export type TargetAddress = {
  readonly host: string
  readonly port: number
  /** For so long, in milliseconds, an address that refuses is tried again: whoever is to listen there is only starting. */
  readonly patienceMs?: number
}

/** Connects a stream to an address; one that does not answer is told to the stream's other end as its reset. */
export type DialTarget = (stream: MuxStream, address: TargetAddress) => StreamHandler

/** Between two attempts. */
const RETRY_MS = 20

/**
 * Returns how to connect streams to addresses. All their sockets read into one buffer, so that an idle one holds none; what
 * is small leaves it copied into the link's own memory.
 */
export function createTargetDialer({
  timeoutMs,
  clock = systemClock,
}: {
  /** How long an address may take to answer. */
  readonly timeoutMs: number
  readonly clock?: Pick<Clock, 'steadyMs' | 'delay'>
}): DialTarget {
  const buffer = Buffer.allocUnsafeSlow(65_536)
  const open = (stream: MuxStream, { host, port }: TargetAddress): Socket => {
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
    return socket
  }
  return (stream, address) => {
    const { patienceMs = 0 } = address
    const dial = (): Socket => open(stream, address)
    if (patienceMs > 0) return joinLate(stream, { dial, patienceMs, clock })
    const socket = dial()
    const handler = joinSocket(stream, socket)
    socket.resume()
    return handler
  }
}

type LateParts = {
  readonly dial: () => Socket
  readonly patienceMs: number
  readonly clock: Pick<Clock, 'steadyMs' | 'delay'>
}

/** Joins a stream to the first socket that connects. What comes until then is held; the stream's window bounds it. */
function joinLate(stream: MuxStream, { dial, patienceMs, clock }: LateParts): StreamHandler {
  const held: Buffer[] = []
  const over = new AbortController()
  const untilMs = clock.steadyMs() + patienceMs
  let isEnded = false
  const join = (socket: Socket): void => {
    const handler = joinSocket(stream, socket)
    stream.handler = handler
    for (const piece of held) handler.onData(piece)
    if (isEnded) handler.onEnd()
    socket.resume()
  }
  const attempt = (): void => {
    const socket = dial()
    const abort = (): void => void socket.destroy()
    const retry = async (failure: NodeJS.ErrnoException): Promise<void> => {
      over.signal.removeEventListener('abort', abort)
      if (failure.code !== 'ECONNREFUSED' || clock.steadyMs() >= untilMs) {
        return stream.reset('connectError', failure.message)
      }
      await clock.delay(RETRY_MS, over.signal)
      if (!over.signal.aborted) attempt()
    }
    const fail = (failure: Error): void => void retry(failure)
    over.signal.addEventListener('abort', abort, { once: true })
    socket.once('error', fail)
    socket.once('connect', () => {
      over.signal.removeEventListener('abort', abort)
      socket.off('error', fail)
      join(socket)
    })
  }
  attempt()
  return {
    onData: (piece) => void held.push(Buffer.from(piece)),
    onEnd: () => {
      isEnded = true
    },
    onReset: () => over.abort(),
    onWritable: () => {},
  }
}
