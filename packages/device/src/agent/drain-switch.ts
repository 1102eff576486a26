/** Whether the owner wants the device to be empty: then it takes nothing new, and masternodes move what it has. */
export type DrainSwitch = {
  readonly isDraining: () => boolean
  /** Does nothing where it is so already. */
  readonly set: (isDraining: boolean) => void
  /** Calls back at each change, until the signal aborts. */
  readonly onChange: (listener: () => void, signal: AbortSignal) => void
}

/** Returns a switch. */
export function createDrainSwitch(isDraining = false): DrainSwitch {
  let state = isDraining
  const listeners = new Set<() => void>()
  return {
    isDraining: () => state,
    set: (wanted) => {
      if (wanted === state) return
      state = wanted
      for (const listener of listeners) listener()
    },
    onChange: (listener, signal) => {
      listeners.add(listener)
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true })
    },
  }
}
