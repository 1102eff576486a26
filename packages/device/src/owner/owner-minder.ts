import { isDeepStrictEqual } from 'node:util'

import type { Clock } from '@nexqloud/kernel'

import { decideAllowance, DRAIN_AHEAD_MS, YIELDED_SHARE, type Held } from './allowance.ts'
import type { OwnerConditions } from './conditions.ts'
import { localMinuteOf } from './hours.ts'
import type { OwnerLimits } from './limits.ts'
import type { OwnerSigns } from './owner-signs.ts'
import type { OwnerStanding } from './owner-standing.ts'
import type { GroupShare, TenantGroup } from './tenant-group.ts'

/** What an owner wants. */
export type OwnerWishes = { readonly limits: OwnerLimits; readonly isPaused: boolean }

/** What minding an owner takes. */
export type OwnerMinderParts = {
  readonly clock: Clock
  readonly signs: OwnerSigns
  /** What tenants run in; nothing where the machine has no such thing, and then CPU is not held down. */
  readonly group: TenantGroup | undefined
  /** What the owner said last. Called once a second. */
  readonly readWishes: () => Promise<OwnerWishes>
  /** Counts what went through tenants' networks, and returns the bytes of this month. Called once a second. */
  readonly countVolume: () => Promise<number>
  readonly standing: OwnerStanding
  /** What was looked at. */
  readonly onLook: (conditions: OwnerConditions) => void
  readonly onFault: (error: unknown) => void
}

/** Between two looks: an owner who becomes active is seen within two of them. */
const LOOK_MS = 500
/** So long after a round has begun, the machine is being measured. */
const MEASURED_MS = 1500
/** Wishes and counters are looked at each second time. */
const SELDOM = 2

/** Sees to it that tenants have no more than their device's owner allows. */
export class OwnerMinder {
  readonly #parts: OwnerMinderParts
  #held: Held = new Map()
  #wishes: OwnerWishes | undefined
  #volumeBytes: number | undefined
  #memoryBytes: number | undefined
  #share: GroupShare | undefined
  #looks = 0
  #measuredMs = -Infinity

  constructor(parts: OwnerMinderParts) {
    this.#parts = parts
  }

  /** Looks until the signal aborts. Whoever is not minded any more has what is left while its owner is active. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look()
      await this.#parts.clock.delay(LOOK_MS, signal)
    }
    this.#leave()
  }

  /** Looks once, and does what follows. Never throws: what fails is tried again. */
  async look(): Promise<void> {
    const { standing, signs, group, onLook } = this.#parts
    try {
      if (this.#looks % SELDOM === 0) await this.#lookSeldom()
      this.#looks += 1
      const conditions = {
        ...signs.read(group?.use.cpuMicroseconds() ?? 0),
        memoryBytes: this.#memoryBytes,
        volumeBytes: this.#volumeBytes,
      }
      onLook(conditions)
      if (this.#wishes === undefined) return
      const { limits, isPaused } = this.#wishes
      const { allowance, held } = decideAllowance(
        { limits, isPaused, conditions, isMeasured: this.#isMeasured(), ...this.#times() },
        this.#held,
      )
      this.#held = held
      this.#give({ ...allowance, memoryBytes: limits.memoryBytes })
      standing.set({ limits, allowance })
    } catch (error) {
      this.#parts.onFault(error)
    }
  }

  /** Tenants yield to what a masternode measures now. */
  yieldToMeasurement(): void {
    this.#measuredMs = this.#parts.clock.steadyMs()
  }

  /** Holds what has come since the last look to what was allowed then. */
  hold(): void {
    const { group, onFault } = this.#parts
    try {
      if (this.#share !== undefined) group?.give(this.#share)
    } catch (error) {
      onFault(error)
    }
  }

  /** What somebody else has changed is put back at each second look; a change of ours is done at once. */
  #give({ cpuShare, weight, memoryBytes }: GroupShare): void {
    const share = { cpuShare, weight, memoryBytes }
    const isSame = isDeepStrictEqual(share, this.#share)
    this.#share = share
    if (!isSame || this.#looks % SELDOM === 0) this.#parts.group?.give(share)
  }

  async #lookSeldom(): Promise<void> {
    const { readWishes, countVolume, onFault, group } = this.#parts
    this.#memoryBytes = group?.use.memoryBytes()
    // Wishes that cannot be read are as they were; a pause does not wait for counters.
    const [wishes, volume] = await Promise.allSettled([readWishes(), countVolume()])
    if (wishes.status === 'fulfilled') this.#wishes = wishes.value
    else onFault(wishes.reason)
    if (volume.status === 'fulfilled') this.#volumeBytes = volume.value
    else onFault(volume.reason)
  }

  /** A round takes less than a second, and the next one follows at once. */
  #isMeasured(): boolean {
    return this.#parts.clock.steadyMs() - this.#measuredMs < MEASURED_MS
  }

  #times() {
    const { clock } = this.#parts
    return {
      nowMs: clock.steadyMs(),
      minute: localMinuteOf(clock.wallMs()),
      soonMinute: localMinuteOf(clock.wallMs() + DRAIN_AHEAD_MS),
    }
  }

  #leave(): void {
    if (this.#wishes?.limits.busyPercent === undefined || this.#share === undefined) return
    const cpuShare = Math.min(this.#share.cpuShare, YIELDED_SHARE)
    this.#share = { ...this.#share, cpuShare, weight: 'least' }
    this.hold()
  }
}
