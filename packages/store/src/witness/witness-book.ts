import type { DeviceId } from '@nexqloud/kernel'

import { createMinutePages } from './minute-pages.ts'
import type { Minute, WitnessedMinute, WitnessedPod } from './minute.ts'

/** Milliseconds without a sign of life after which none of them count. */
export const SILENCE_MS = 10_000

/**
 * What devices showed of themselves, by minute. Times are milliseconds since 1970 of one clock that never falls. Each call is a sign of
 * life of its device, and the time since the one before, if that is less than {@link SILENCE_MS} ago, is time in which it lived, and
 * in which everything ran that it had said to run, and that the last probe did not find otherwise.
 */
export type WitnessBook = {
  readonly heard: (device: DeviceId, ms: number) => void
  /** The device says that a pod of its own runs, or does not. */
  readonly reported: (
    device: DeviceId,
    report: { readonly pod: WitnessedPod; readonly isRunning: boolean },
    ms: number,
  ) => void
  /**
   * A probe of a pod held, or did not: then nothing since the last one that held counts, nor what comes until the next one that does. What lies in a
   * minute that was taken stays. Returns whether the one before found otherwise; before the first one a pod is believed.
   */
  readonly probed: (
    device: DeviceId,
    probe: { readonly uid: string; readonly holds: boolean },
    ms: number,
  ) => boolean
  /** Returns what was seen in a minute, and forgets it and all before it. */
  readonly take: (minute: Minute) => WitnessedMinute
  /** Forgets everything: the clock is another one from now on. */
  readonly reset: () => void
}

type DeviceState = {
  heardMs: number
  readonly running: Map<string, WitnessedPod>
  /** By uid, those whose last probe did not hold. */
  readonly failing: Set<string>
}

/** Returns a book in which nothing stands; `minuteAt` says which minute holds a time. */
export function createWitnessBook(minuteAt: (ms: number) => Minute): WitnessBook {
  const devices = new Map<DeviceId, DeviceState>()
  let pages = createMinutePages(minuteAt)

  function hear(device: DeviceId, atMs: number): DeviceState {
    // Two clocks of one process may differ by a part of a millisecond.
    const ms = Math.round(atMs)
    const state: DeviceState = devices.get(device) ?? newDevice(ms)
    devices.set(device, state)
    if (ms - state.heardMs < SILENCE_MS && state.running.size > 0) {
      const pods = [...state.running.values()].filter(({ uid }) => !state.failing.has(uid))
      pages.credit({ device, pods }, [state.heardMs, ms])
    }
    state.heardMs = Math.max(state.heardMs, ms)
    pages.see(device, ms)
    return state
  }

  return {
    heard: hear,
    reported: (device, { pod, isRunning }, ms) => {
      const { running } = hear(device, ms)
      if (isRunning) running.set(pod.uid, pod)
      else running.delete(pod.uid)
    },
    probed: (device, { uid, holds }, ms) => {
      const { failing } = hear(device, ms)
      if (holds) {
        pages.confirm({ device, uid })
        return failing.delete(uid)
      }
      pages.retract({ device, uid })
      if (failing.has(uid)) return false
      failing.add(uid)
      return true
    },
    take: (minute) => {
      for (const [device, { heardMs, running, failing }] of devices) {
        if (heardMs < minute.startMs) devices.delete(device)
        for (const uid of failing) if (!running.has(uid)) failing.delete(uid)
      }
      return pages.take(minute)
    },
    reset: () => {
      devices.clear()
      pages = createMinutePages(minuteAt)
    },
  }
}

const newDevice = (heardMs: number): DeviceState => ({
  heardMs,
  running: new Map(),
  failing: new Set(),
})
