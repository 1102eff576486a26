import type { Clock } from '@nexqloud/kernel'
import { addFreeSeconds, patienceOf, type FreeSeconds } from '@nexqloud/rules'

import { hasEnded, isConditionTrue, uidOf, type Pod } from '../object/object.ts'

/** Chain seconds in which a pod was first seen to run, and to be ready. */
type Sighting = {
  readonly runsFrom: number | undefined
  readonly readyAt: number | undefined
  readonly payer: string
}

/** When pods were first seen to run and to be ready, by the masternode's own clock. */
export class PodSightings {
  readonly #clock: Pick<Clock, 'wallMs'>
  /** By uid of the pod. */
  readonly #seen = new Map<string, Sighting>()
  /** What the pods of a payer ran for nothing. */
  readonly #free = new Map<string, FreeSeconds>()

  constructor(clock: Pick<Clock, 'wallMs'>) {
    this.#clock = clock
  }

  /** `payer` is whoever pays for its namespace, or the namespace where nobody does: free seconds are counted by it. */
  see(pod: Pod, payer: string): void {
    if (hasEnded(pod)) return this.forget(pod)
    const uid = uidOf(pod)
    const before = this.#seen.get(uid)
    if (before?.readyAt !== undefined) return
    const now = this.#now()
    const isReady = isConditionTrue(pod, 'Ready')
    const runsFrom = before?.runsFrom ?? (runsAny(pod) || isReady ? now : undefined)
    this.#seen.set(uid, { runsFrom, readyAt: isReady ? now : undefined, payer })
  }

  /** A pod has ended or is gone: what it ran for nothing is remembered of its payer. */
  forget(pod: Pod): void {
    const found = this.#seen.get(uidOf(pod))
    if (found?.runsFrom === undefined) return
    const { runsFrom, payer } = found
    const now = this.#now()
    const paidFrom = Math.min(this.paidSince(pod) ?? now, now)
    this.#seen.delete(uidOf(pod))
    const ran = { unpaid: paidFrom - runsFrom, paid: now - paidFrom }
    this.#free.set(payer, addFreeSeconds(this.#free.get(payer), ran, now))
  }

  isRunning(pod: Pod): boolean {
    return this.#seen.get(uidOf(pod))?.runsFrom !== undefined
  }

  /**
   * Returns from when on a pod is paid for; nothing while it is not. What runs and is never ready is paid for as well, a while later: else
   * its check would be free computing. Where many ended before that was over, there is no such while, and also what is ready is paid for from its begin.
   */
  paidSince(pod: Pod): number | undefined {
    const { runsFrom, readyAt, payer = '' } = this.#seen.get(uidOf(pod)) ?? {}
    if (runsFrom === undefined) return undefined
    const now = this.#now()
    const patience = patienceOf(this.#free.get(payer), now)
    // The clock may have been ahead.
    if (readyAt !== undefined) return Math.min(patience === 0 ? runsFrom : readyAt, now)
    return runsFrom + patience <= now ? Math.min(runsFrom, now) : undefined
  }

  #now(): number {
    return Math.floor(this.#clock.wallMs() / 1000)
  }
}

/** Also where another container still waits for its image. */
function runsAny({ status }: Pod): boolean {
  const running = (status?.containerStatuses ?? []).some(({ state }) => state?.running)
  return running || status?.phase === 'Running'
}
