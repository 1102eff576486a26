/** What silence means. `awaited`: not heard since this masternode started. */
export const livenessAfter = {
  /** Milliseconds without a heartbeat: its seconds are not billed, nothing new is placed there. */
  darkMs: 10_000,
  /** Its pods start elsewhere. */
  lostMs: 30_000,
} as const

/** What may happen to a device, and what becomes of it. */
const transitions = {
  awaited: { heartbeat: 'live', silence: 'dark' },
  live: { heartbeat: 'live', silence: 'dark' },
  dark: { heartbeat: 'live', silence: 'lost' },
  lost: { heartbeat: 'live', silence: 'lost' },
} as const satisfies Record<string, Record<'heartbeat' | 'silence', string>>

/** How a device is. */
export type Liveness = keyof typeof transitions

/** A device, and when it was heard last: milliseconds of the steady clock. */
export type Heard = { readonly state: Liveness; readonly heardMs: number }

/** How each device is; it costs nothing for those that nothing happens to. */
export type LivenessBook = {
  /** Takes note of a heartbeat; returns whether the device was not live. */
  readonly hear: (device: string, nowMs: number) => boolean
  /** From now on the device is waited for, unless it is known. */
  readonly expect: (device: string, nowMs: number) => void
  readonly forget: (device: string) => void
  /** This process stood still for so long, and heard nobody: it was nobody's silence. */
  readonly forgive: (ms: number, nowMs: number) => void
  /** Lets silence count; returns the devices that it has changed. */
  readonly age: (nowMs: number) => readonly string[]
  readonly of: (device: string) => Heard | undefined
}

/** Returns a book of no devices. */
export function createLivenessBook(): LivenessBook {
  // Each in the order of their last heartbeat: who is silent for longest is found first.
  const [fresh, dark, lost] = [1, 2, 3].map(() => new Map<string, Heard>()) as [
    Map<string, Heard>,
    Map<string, Heard>,
    Map<string, Heard>,
  ]
  const rows = [fresh, dark, lost]
  const of = (device: string): Heard | undefined =>
    rows.map((row) => row.get(device)).find((heard) => heard !== undefined)
  const forget = (device: string): void => rows.forEach((row) => row.delete(device))

  function move(
    [from, to]: readonly [Map<string, Heard>, Map<string, Heard>],
    beforeMs: number,
  ): readonly string[] {
    const moved: string[] = []
    for (const [device, heard] of from) {
      if (heard.heardMs > beforeMs) break
      from.delete(device)
      to.set(device, { ...heard, state: transitions[heard.state].silence })
      moved.push(device)
    }
    return moved
  }

  return {
    hear: (device, nowMs) => {
      const before = of(device)?.state ?? 'awaited'
      forget(device)
      fresh.set(device, { state: transitions[before].heartbeat, heardMs: nowMs })
      return before !== 'live'
    },
    expect: (device, nowMs) => {
      if (of(device) === undefined) fresh.set(device, { state: 'awaited', heardMs: nowMs })
    },
    forget,
    forgive: (ms, nowMs) => {
      for (const row of rows) {
        for (const [device, { state, heardMs }] of row) {
          row.set(device, { state, heardMs: Math.min(heardMs + ms, nowMs) })
        }
      }
    },
    age: (nowMs) => [
      ...move([dark, lost], nowMs - livenessAfter.lostMs),
      ...move([fresh, dark], nowMs - livenessAfter.darkMs),
    ],
    of,
  }
}
