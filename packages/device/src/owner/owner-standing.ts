import { isDeepStrictEqual } from 'node:util'

import { decideAllowance, type Allowance } from './allowance.ts'
import { unlimited, type OwnerLimits } from './limits.ts'

/** What holds now, and by which limits. */
export type Standing = { readonly allowance: Allowance; readonly limits: OwnerLimits }

/** What the owner allows now, for whoever acts on it. */
export type OwnerStanding = {
  readonly now: () => Standing
  /** Does nothing where it is so already. */
  readonly set: (standing: Standing) => void
  /** Calls back at each change, until the signal aborts. */
  readonly onChange: (listener: (standing: Standing) => void, signal: AbortSignal) => void
}

/** Returns the standing of a device that is there for tenants alone, until another one is set. */
export function createOwnerStanding(): OwnerStanding {
  let current: Standing = { limits: unlimited, allowance: decideAllowance(undisturbed).allowance }
  const listeners = new Set<(standing: Standing) => void>()
  return {
    now: () => current,
    set: (standing) => {
      if (isDeepStrictEqual(standing, current)) return
      current = standing
      for (const listener of listeners) listener(standing)
    },
    onChange: (listener, signal) => {
      listeners.add(listener)
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true })
    },
  }
}

const undisturbed = {
  limits: unlimited,
  conditions: {},
  isPaused: false,
  isMeasured: false,
  nowMs: 0,
  minute: 0,
  soonMinute: 0,
} as const
