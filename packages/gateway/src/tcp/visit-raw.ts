import type { Socket } from 'node:net'

import { spliceSocket } from '@nexqloud/tunnel'

import type { Visitor } from '../door/visitors.ts'
import type { Instance } from '../instance/instance.ts'
import type { WaitingRoom } from '../instance/waiting-room.ts'

/** Leads a connection, of which nothing was read, on; returns whether the instance was somewhere. */
export type Lead = (socket: Socket, instance: Instance) => boolean

/** What a raw visit stands on. */
export type RawVisitParts = {
  readonly instance: Instance
  readonly lead: Lead
  readonly room: WaitingRoom
  /** Until when the visitor may wait, on the steady clock. */
  readonly untilMs: number
}

/** Leads a connection on as soon as its instance is somewhere. */
export function visitRaw({ socket, address }: Visitor, parts: RawVisitParts): void {
  const { instance, lead, room, untilMs } = parts
  const turnAway = (): void => {
    socket.resetAndDestroy()
  }
  let leave: (() => void) | undefined
  const enter = (): void => {
    if (socket.destroyed) return
    if (lead(socket, instance)) {
      leave = undefined
      return
    }
    leave = room.enter(instance.id, { address, untilMs, onPlace: enter, onGiveUp: turnAway })
    if (leave === undefined) turnAway()
  }
  instance.visits.take(address)
  socket.on('error', () => {})
  socket.on('close', () => {
    instance.visits.leave(address)
    leave?.()
  })
  enter()
}

/**
 * Returns what leads to a port of the instance. Once a connection is led there it shares the fate of its stream: a refusal, or a device that
 * dies, resets it, since only the visitor's protocol knows what may be said twice.
 */
export function leadToPort(port: number): Lead {
  return (socket, instance) => {
    const stream = instance.open(port)
    if (stream === undefined) return false
    stream.handler = spliceSocket(stream, socket)
    socket.resume()
    return true
  }
}
