import { spliceSocket } from '@nexqloud/tunnel'

import type { Visitor } from '../door/visitors.ts'
import type { Instance } from '../instance/instance.ts'
import type { WaitingRoom } from '../instance/waiting-room.ts'

/** What a raw visit stands on. */
export type RawVisitParts = {
  readonly instance: Instance
  readonly port: number
  readonly room: WaitingRoom
  /** Until when the visitor may wait, on the steady clock. */
  readonly untilMs: number
}

/**
 * Leads a connection to a port of an instance, as soon as the instance is somewhere. Once it is led there it shares the fate of its
 * stream: a refusal, or a device that dies, resets it, since only the visitor's protocol knows what may be said twice.
 */
export function visitRaw({ socket, address }: Visitor, parts: RawVisitParts): void {
  const { instance, port, room, untilMs } = parts
  const turnAway = (): void => {
    socket.resetAndDestroy()
  }
  let leave: (() => void) | undefined
  const enter = (): void => {
    if (socket.destroyed) return
    const stream = instance.open(port)
    if (stream === undefined) {
      leave = room.enter(instance.id, { address, untilMs, onPlace: enter, onGiveUp: turnAway })
      return leave === undefined ? turnAway() : undefined
    }
    leave = undefined
    stream.handler = spliceSocket(stream, socket)
    socket.resume()
    return undefined
  }
  instance.visits.take(address)
  socket.on('error', () => {})
  socket.on('close', () => {
    instance.visits.leave(address)
    leave?.()
  })
  enter()
}
