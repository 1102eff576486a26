import type { Socket } from 'node:net'

import { openPortsOf, type Route, type RoutePort } from '../route.ts'
import { openDoor, type Door, type DoorParts, type ListenAddress } from './door.ts'
import type { AddressNotListenedOnError } from './errors.ts'

/** What the doors of an instance stand on. */
export type DoorsParts = Pick<DoorParts, 'clock' | 'rebindMs'> & {
  readonly onVisit: (socket: Socket, port: RoutePort) => void
  readonly onFailure: (error: AddressNotListenedOnError) => void
}

/** The doors of one instance. */
export type Doors = {
  /** Opens those that the route has, closes those that it has no more, leaves alone what stays as it was. */
  readonly match: (route: Route) => void
  readonly close: () => void
}

/** Returns no doors yet. */
export function createDoors(parts: DoorsParts): Doors {
  const doors = new Map<string, Door>()
  const keepOnly = (wanted: ReadonlySet<string>): void => {
    for (const [key, door] of doors) {
      if (wanted.has(key)) continue
      door.close()
      doors.delete(key)
    }
  }
  return {
    match: (route) => {
      const wanted = new Map(wantedDoors(route))
      keepOnly(new Set(wanted.keys()))
      for (const [key, { address, port }] of wanted) {
        const onVisit = (socket: Socket): void => parts.onVisit(socket, port)
        if (!doors.has(key)) doors.set(key, openDoor(address, { ...parts, onVisit }))
      }
    },
    close: () => keepOnly(new Set()),
  }
}

type WantedDoor = readonly [
  key: string,
  { readonly address: ListenAddress; readonly port: RoutePort },
]

/** A door that changes its address, port or protocol is another door. */
function wantedDoors(route: Route): readonly WantedDoor[] {
  const { address: host } = route
  if (host === undefined) return []
  return openPortsOf(route).map((port) => [
    `${host}:${port.port}/${port.protocol}`,
    { address: { host, port: port.port }, port },
  ])
}
