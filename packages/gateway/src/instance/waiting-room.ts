import { FairPlaces } from '@nexqloud/kernel'

import type { GatewayCounters } from '../counters.ts'
import { countRefusal } from '../door/visitors.ts'
import type { GatewayLimits } from '../limits.ts'

/** Somebody who waits for an instance. */
export type Waiter = {
  /** Whose: {@link clientAddressOf}. */
  readonly address: string
  /** Until when, on the steady clock. */
  readonly untilMs: number
  /** The instance is somewhere again: to be tried now; whoever finds nobody there may wait again. */
  readonly onPlace: () => void
  /** The time is over, or the instance is no longer served. */
  readonly onGiveUp: (reason: string) => void
}

/** Those who wait for instances that are being moved, not too many of them. */
export type WaitingRoom = {
  /** Returns how to leave; undefined where there is no room. */
  readonly enter: (id: string, waiter: Waiter) => (() => void) | undefined
  /** Lets everybody go on who waits for an instance. */
  readonly call: (id: string) => void
  readonly giveUp: (id: string, reason: string) => void
  /** Lets those go whose time is over. */
  readonly sweep: (nowMs: number) => void
}

type Room = { readonly waiters: Set<Waiter>; readonly places: FairPlaces }

/** Returns an empty room. */
export function createWaitingRoom(
  limits: Pick<GatewayLimits, 'waiters' | 'waitersPerInstance' | 'waitMs'>,
  counters: GatewayCounters,
): WaitingRoom {
  const rooms = new Map<string, Room>()
  const all = new FairPlaces(limits.waiters)
  const leave = (id: string, waiter: Waiter): boolean => {
    const room = rooms.get(id)
    if (room === undefined || !room.waiters.delete(waiter)) return false
    if (room.waiters.size === 0) rooms.delete(id)
    room.places.leave(waiter.address)
    all.leave(waiter.address)
    counters.waiting -= 1
    return true
  }
  const empty = (id: string): readonly Waiter[] => {
    const room = rooms.get(id)
    if (room === undefined) return []
    const waiters = [...room.waiters]
    for (const waiter of waiters) leave(id, waiter)
    return waiters
  }
  return {
    enter: (id, waiter) => {
      const room = rooms.get(id) ?? {
        waiters: new Set(),
        places: new FairPlaces(limits.waitersPerInstance),
      }
      const { address } = waiter
      const refusal = room.places.refusal(address) ?? all.refusal(address)
      if (refusal !== undefined) {
        countRefusal(counters, refusal)
        return undefined
      }
      rooms.set(id, room)
      room.waiters.add(waiter)
      for (const places of [room.places, all]) places.take(address)
      counters.waiting += 1
      counters.waitedTotal += 1
      return () => leave(id, waiter)
    },
    call: (id) => {
      for (const waiter of empty(id)) waiter.onPlace()
    },
    giveUp: (id, reason) => {
      for (const waiter of empty(id)) waiter.onGiveUp(reason)
    },
    sweep: (nowMs) => {
      for (const [id, { waiters }] of rooms) {
        for (const waiter of waiters) {
          if (waiter.untilMs > nowMs || !leave(id, waiter)) continue
          counters.waitsEndedTotal += 1
          waiter.onGiveUp(`${id} has been on no device for ${limits.waitMs / 1000} s.`)
        }
      }
    },
  }
}
