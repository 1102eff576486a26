import type { GatewayCounters } from '../counters.ts'
import type { GatewayLimits } from '../limits.ts'

/** Somebody who waits for an instance. */
export type Waiter = {
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

/** Returns an empty room. */
export function createWaitingRoom(
  limits: Pick<GatewayLimits, 'waiters' | 'waitersPerInstance' | 'waitMs'>,
  counters: GatewayCounters,
): WaitingRoom {
  const rooms = new Map<string, Set<Waiter>>()
  const leave = (id: string, waiter: Waiter): boolean => {
    const room = rooms.get(id)
    if (room === undefined || !room.delete(waiter)) return false
    if (room.size === 0) rooms.delete(id)
    counters.waiting -= 1
    return true
  }
  const empty = (id: string): readonly Waiter[] => {
    const room = rooms.get(id)
    if (room === undefined) return []
    rooms.delete(id)
    counters.waiting -= room.size
    return [...room]
  }
  return {
    enter: (id, waiter) => {
      const room = rooms.get(id) ?? new Set()
      if (room.size >= limits.waitersPerInstance || counters.waiting >= limits.waiters) {
        counters.overLimitTotal += 1
        return undefined
      }
      rooms.set(id, room.add(waiter))
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
      for (const [id, room] of rooms) {
        for (const waiter of room) {
          if (waiter.untilMs > nowMs || !leave(id, waiter)) continue
          counters.waitsEndedTotal += 1
          waiter.onGiveUp(`${id} has been on no device for ${limits.waitMs / 1000} s.`)
        }
      }
    },
  }
}
