import type { Socket } from 'node:net'

import { spliceSocket, type MuxStream } from '@nexqloud/tunnel'

/** What was read before a connection became raw. */
export type RawBeginning = {
  /** For the client: the answer's head, and what came after it, which is not consumed yet. */
  readonly head: Buffer
  readonly rest: Buffer
  /** For the instance. */
  readonly held: Buffer | undefined
  /** Whether the client sends no more. */
  readonly hasEnded: boolean
}

/** Splices a connection that something else was spoken on, and that nobody listens to any more. */
export function becomeRaw(
  stream: MuxStream,
  socket: Socket,
  { head, rest, held, hasEnded }: RawBeginning,
): void {
  const handler = spliceSocket(stream, socket)
  stream.handler = handler
  socket.write(head)
  if (rest.length > 0) handler.onData(rest)
  const mayRead = held === undefined || stream.write(held)
  if (hasEnded) stream.end()
  else if (mayRead) socket.resume()
}
