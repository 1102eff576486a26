import type { InstanceKey } from '@nexqloud/kernel'

/** Milliseconds until what was refused once is tried again, doubled each time, up to the second where nothing else is said: what was wrong is hardly over in a moment. */
const [FIRST_MS, LONGEST_MS] = [30_000, 300_000]

type Wait = {
  readonly triedMs: number
  readonly waitMs: number
  readonly reason: string
}

/** What was tried in vain, why, and when it is tried again. Times are by the steady clock. */
export class Retries {
  readonly #longestMs: number
  #waits: ReadonlyMap<InstanceKey, Wait> = new Map()

  constructor(longestMs = LONGEST_MS) {
    this.#longestMs = longestMs
  }

  /** Whether it is time to try; at once where what it needs has become better since, as `betterMs` says. */
  isDue(instance: InstanceKey, nowMs: number, betterMs = -Infinity): boolean {
    const wait = this.#waits.get(instance)
    return wait === undefined || wait.triedMs + wait.waitMs <= nowMs || wait.triedMs < betterMs
  }

  /** Returns why an instance was refused last; nothing where it was not, or what it needs has become better since. */
  reasonOf(instance: InstanceKey, betterMs = -Infinity): string | undefined {
    const wait = this.#waits.get(instance)
    return wait === undefined || wait.triedMs < betterMs ? undefined : wait.reason
  }

  /** Forgets all but those that are still wanted. */
  keep(wanted: readonly { readonly instance: InstanceKey }[]): void {
    this.#waits = new Map(
      wanted.flatMap(({ instance }) => {
        const wait = this.#waits.get(instance)
        return wait === undefined ? [] : [[instance, wait] as const]
      }),
    )
  }

  /** Has them wait, for twice as long as the last time. */
  refuse(
    refused: readonly { readonly instance: InstanceKey; readonly reason: string }[],
    nowMs: number,
  ): void {
    const waits = new Map(this.#waits)
    for (const { instance, reason } of refused) {
      const before = waits.get(instance)?.waitMs
      const waitMs = before === undefined ? FIRST_MS : Math.min(2 * before, this.#longestMs)
      waits.set(instance, { reason, waitMs, triedMs: nowMs })
    }
    this.#waits = waits
  }
}
