import type { Socket } from 'node:net'

import type { GatewayCounters } from '../counters.ts'

/** All connections to the gateway, not too many of them. */
export type Visitors = {
  /** Lets a connection in, or closes it. */
  readonly admit: (socket: Socket) => boolean
  readonly count: () => number
  readonly destroyAll: () => void
}

/** Returns nobody yet. */
export function createVisitors(mostConnections: number, counters: GatewayCounters): Visitors {
  const sockets = new Set<Socket>()
  return {
    admit: (socket) => {
      if (sockets.size >= mostConnections) {
        counters.overLimitTotal += 1
        socket.destroy()
        return false
      }
      sockets.add(socket)
      counters.connectionsTotal += 1
      counters.connectionsOpen += 1
      socket.on('close', () => {
        sockets.delete(socket)
        counters.connectionsOpen -= 1
      })
      return true
    },
    count: () => sockets.size,
    destroyAll: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}
