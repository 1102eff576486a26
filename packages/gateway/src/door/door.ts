import { createServer, type Server, type Socket } from 'node:net'

import type { Clock } from '@nexqloud/kernel'

import { AddressNotListenedOnError } from './errors.ts'

/** Where visitors come in. */
export type ListenAddress = { readonly host: string; readonly port: number }

/** What a door stands on. */
export type DoorParts = {
  readonly clock: Clock
  readonly rebindMs: number
  /** A visitor; the socket is paused. */
  readonly onVisit: (socket: Socket) => void
  readonly onFailure: (error: AddressNotListenedOnError) => void
}

/** An address that is listened on until the door is closed, or that is tried again and again. */
export type Door = {
  /** Lets nobody in any more; who is in stays. */
  readonly close: () => void
}

/** Connections that the system holds for us, e.g. while many come at once. */
const BACKLOG = 4096

/** A visitor that went without a word is asked after so long, and given up ten seconds later: until then it keeps a place. */
const KEEP_ALIVE_MS = 60_000

/** Opens a door that cannot fail: an address that cannot be listened on is told once, and tried again. */
export function openDoor(address: ListenAddress, parts: DoorParts): Door {
  const closing = new AbortController()
  let server: Server | undefined
  const keepTrying = async (): Promise<void> => {
    let isTold = false
    while (!closing.signal.aborted) {
      try {
        server = await listen(address, parts.onVisit)
        if (closing.signal.aborted) server.close()
        return
      } catch (cause) {
        if (closing.signal.aborted) return
        if (!isTold) parts.onFailure(new AddressNotListenedOnError(address, cause))
        isTold = true
        await parts.clock.delay(parts.rebindMs, closing.signal)
      }
    }
  }
  void keepTrying()
  return {
    close: () => {
      closing.abort()
      server?.close()
    },
  }
}

/** Returns a server that listens; its sockets are paused and may be half open. */
export function listen(
  { host, port }: ListenAddress,
  onVisit: (socket: Socket) => void,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(
      {
        allowHalfOpen: true,
        pauseOnConnect: true,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_MS,
      },
      onVisit,
    )
    server.once('error', reject)
    server.listen({ host, port, backlog: BACKLOG, exclusive: true }, () => {
      server.off('error', reject)
      // Whatever fails later concerns a connection that was not accepted, e.g. for want of descriptors: the next one may be.
      server.on('error', () => {})
      resolve(server)
    })
  })
}
