import type { Socket } from 'node:net'

import { clientAddressOf, FairPlaces } from '@nexqloud/kernel'

import type { GatewayCounters } from '../counters.ts'

/** A connection to the gateway, and whose: what {@link clientAddressOf} says. */
export type Visitor = { readonly socket: Socket; readonly address: string }

/** All connections to the gateway, not too many of them. */
export type Visitors = {
  /** Lets a connection in; nothing where it found no place, and is to be turned away. */
  readonly admit: (socket: Socket) => Visitor | undefined
  readonly count: () => number
  readonly destroyAll: () => void
}

/** Returns nobody yet. */
export function createVisitors(mostConnections: number, counters: GatewayCounters): Visitors {
  const sockets = new Set<Socket>()
  const places = new FairPlaces(mostConnections)
  return {
    admit: (socket) => {
      const address = clientAddressOf(socket.remoteAddress)
      const refusal = places.refusal(address)
      if (refusal !== undefined) {
        countRefusal(counters, refusal)
        return undefined
      }
      places.take(address)
      sockets.add(socket)
      counters.connectionsTotal += 1
      counters.connectionsOpen += 1
      socket.on('close', () => {
        sockets.delete(socket)
        places.leave(address)
        counters.connectionsOpen -= 1
      })
      return { socket, address }
    },
    count: () => sockets.size,
    destroyAll: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Counts somebody who was refused. */
export function countRefusal(counters: GatewayCounters, refusal: 'full' | 'overShare'): void {
  counters.overLimitTotal += 1
  if (refusal === 'overShare') counters.overShareTotal += 1
}
