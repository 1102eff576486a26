import type { Happening } from '../object/record-event.ts'
import { livenessAfter } from './liveness.ts'
import { readiness } from './node-object.ts'

/** What is told of devices that come and go. */
export type FlapGate = {
  /** Returns what is to be told of what happened to a device; nothing where it has been told that it flaps. Times are milliseconds of the steady clock. */
  readonly pass: (device: string, happening: Happening, nowMs: number) => Happening | undefined
}

/** A device that was dark so often ... */
const OFTEN = 5
/** ... in so many milliseconds flaps: an event each time would fill the record, and say nothing new. */
const WITHIN_MS = 600_000

const flaps: Happening = {
  type: 'Warning',
  reason: 'DeviceFlaps',
  message: `It was silent for ${livenessAfter.darkMs / 1000} s ${OFTEN} times within ${WITHIN_MS / 60_000} minutes: look at its line. Until that is over it is told only when it is lost.`,
}

/** Returns a gate that has seen nothing. */
export function createFlapGate(): FlapGate {
  const darkMs = new Map<string, readonly number[]>()
  return {
    pass: (device, happening, nowMs) => {
      const isDark = happening.reason === readiness.dark.reason
      if (!isDark && happening.reason !== readiness.live.reason) return happening
      const before = (darkMs.get(device) ?? []).filter((ms) => nowMs - ms < WITHIN_MS)
      const now = isDark ? [...before.slice(1 - OFTEN), nowMs] : before
      if (now.length === 0) darkMs.delete(device)
      else darkMs.set(device, now)
      if (now.length < OFTEN) return happening
      return before.length < OFTEN ? flaps : undefined
    },
  }
}
