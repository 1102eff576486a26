import type { OwnerConditions } from './conditions.ts'
import { isWithinHours } from './hours.ts'
import type { OwnerLimits } from './limits.ts'
import type { OwnerReason } from './reasons.ts'

/** What tenants may have now. */
export type Allowance = {
  readonly state: 'works' | 'yields' | 'pauses'
  /** Takes nothing new, and what it has goes elsewhere. */
  readonly isDraining: boolean
  /** What still runs is to be stopped. */
  readonly isStopping: boolean
  /** Of all CPUs, 0 to 1. */
  readonly cpuShare: number
  /** Beside the owner's processes. */
  readonly weight: Weight
  /** What is most in the way first. */
  readonly reasons: readonly OwnerReason[]
}

/** How much of a busy CPU tenants get beside others: as much as they, a tenth, nearly nothing. */
export type Weight = 'usual' | 'low' | 'least'

/** What is known at a moment. */
export type OwnerScene = {
  readonly limits: OwnerLimits
  readonly conditions: OwnerConditions
  /** The owner said so. */
  readonly isPaused: boolean
  /** A masternode measures the machine, not what tenants leave of it. */
  readonly isMeasured: boolean
  /** Of the steady clock. */
  readonly nowMs: number
  /** Minutes of the local week: now, and when draining would have to have begun. */
  readonly minute: number
  readonly soonMinute: number
}

/** Which reasons hold, since when, and when each was seen last. */
export type Held = ReadonlyMap<OwnerReason, { readonly sinceMs: number; readonly seenMs: number }>

/** How long before the end of the hours a device drains. */
export const DRAIN_AHEAD_MS = 10 * 60_000
/** Of all CPUs, what tenants keep while the owner is active. */
export const YIELDED_SHARE = 0.1
/** A masternode has so long to move what runs. */
const MOVING_MS = 30_000
/** An owner who is active for longer than this will be for longer still. */
const LONG_MS = 2 * 60_000
/** Cooler than that many degrees below the limit, it counts as cooled down. */
const COOLED_CELSIUS = 5
/** So much more than is to stay free lets tenants on again. */
const FREED = 1.1

type Row = {
  readonly state: Allowance['state']
  readonly drains?: true
  /** Stops what runs after so long. */
  readonly stopsAfterMs?: number
  /** How long it counts on after it was seen last. */
  readonly lingersMs: number
  /** `isHeld` where it counts already: then less is enough. */
  readonly isSeen: (scene: OwnerScene, isHeld: boolean, before: Held) => boolean
}

const pauses = { state: 'pauses', drains: true, stopsAfterMs: MOVING_MS } as const

/** In the order of what is most in the way. */
const rows: Readonly<Record<OwnerReason, Row>> = {
  paused: { ...pauses, lingersMs: 0, isSeen: ({ isPaused }) => isPaused },
  outsideHours: {
    ...pauses,
    lingersMs: 0,
    isSeen: ({ limits: { hours }, minute }) => hours !== undefined && !isWithinHours(hours, minute),
  },
  volumeUsed: {
    ...pauses,
    stopsAfterMs: 0,
    lingersMs: 0,
    isSeen: (scene) => volumeShare(scene) >= 0.99,
  },
  diskShort: {
    ...pauses,
    stopsAfterMs: 0,
    lingersMs: 60_000,
    isSeen: ({ limits, conditions }, isHeld) =>
      isAbove(limits.freeDiskBytes, (conditions.freeDiskBytes ?? Infinity) / (isHeld ? FREED : 1)),
  },
  onBattery: {
    ...pauses,
    lingersMs: 10_000,
    isSeen: ({ limits, conditions: { batteryPercent } }) =>
      batteryPercent !== undefined && batteryPercent <= (limits.batteryPercent ?? -1),
  },
  hot: { ...pauses, lingersMs: 30_000, isSeen: isHotterThan('hotCelsius') },
  memoryShort: {
    state: 'works',
    drains: true,
    lingersMs: 10_000,
    isSeen: ({ limits, conditions }) => isAbove(conditions.memoryBytes, limits.memoryBytes),
  },
  ownerActiveLong: {
    state: 'works',
    drains: true,
    lingersMs: 5 * 60_000,
    isSeen: ({ nowMs }, _, before) =>
      nowMs - (before.get('ownerActive')?.sinceMs ?? Infinity) >= LONG_MS,
  },
  hoursEnding: {
    state: 'works',
    drains: true,
    lingersMs: 0,
    isSeen: ({ limits: { hours }, minute, soonMinute }) =>
      hours !== undefined && isWithinHours(hours, minute) && !isWithinHours(hours, soonMinute),
  },
  volumeNearlyUsed: {
    state: 'works',
    drains: true,
    lingersMs: 0,
    isSeen: (scene) => volumeShare(scene) >= 0.95,
  },
  ownerActive: { state: 'yields', lingersMs: 30_000, isSeen: isOwnerActive },
  measured: { state: 'yields', lingersMs: 0, isSeen: ({ isMeasured }) => isMeasured },
  warm: { state: 'yields', lingersMs: 10_000, isSeen: isHotterThan('warmCelsius') },
}

const entries = Object.entries(rows).map(([reason, row]) => ({
  reason: reason as OwnerReason,
  row,
}))

/** Returns what is allowed, and what has to be known of it the next time; nothing is held at first. */
export function decideAllowance(
  scene: OwnerScene,
  before: Held = new Map(),
): { readonly allowance: Allowance; readonly held: Held } {
  const held = hold(scene, before)
  const holding = entries.filter(({ reason }) => held.has(reason))
  const state = worstOf(holding.map(({ row }) => row.state))
  const allowed = {
    state,
    isDraining: holding.some(({ row }) => row.drains === true),
    isStopping: holding.some(
      ({ reason, row: { stopsAfterMs = Infinity } }) =>
        scene.nowMs - (held.get(reason)?.sinceMs ?? Infinity) >= stopsAfterMs,
    ),
    reasons: holding.map(({ reason }) => reason),
  }
  return { held, allowance: { ...allowed, ...cpuOf(state, scene.limits) } }
}

function hold(scene: OwnerScene, before: Held): Held {
  const { nowMs } = scene
  return new Map(
    entries.flatMap(({ reason, row: { isSeen, lingersMs } }) => {
      const known = before.get(reason)
      if (isSeen(scene, known !== undefined, before)) {
        return [[reason, { sinceMs: known?.sinceMs ?? nowMs, seenMs: nowMs }] as const]
      }
      const lingers = known !== undefined && nowMs - known.seenMs < lingersMs
      return lingers ? [[reason, known] as const] : []
    }),
  )
}

function worstOf(states: readonly Allowance['state'][]): Allowance['state'] {
  if (states.includes('pauses')) return 'pauses'
  return states.includes('yields') ? 'yields' : 'works'
}

function cpuOf(
  state: Allowance['state'],
  { cpuPercent = 100, busyPercent }: OwnerLimits,
): Pick<Allowance, 'cpuShare' | 'weight'> {
  const share = cpuPercent / 100
  if (state === 'pauses') return { cpuShare: 0, weight: 'least' }
  if (state === 'yields') return { cpuShare: Math.min(share, YIELDED_SHARE), weight: 'least' }
  return { cpuShare: share, weight: busyPercent === undefined ? 'usual' : 'low' }
}

/** Input counts for a moment; the reason lingers. */
const INPUT_MS = 5000

function isOwnerActive({ limits, conditions }: OwnerScene): boolean {
  if (limits.busyPercent === undefined) return false
  const { othersCpuPercent = 0, sinceInputMs = Infinity } = conditions
  return othersCpuPercent >= limits.busyPercent || sinceInputMs < INPUT_MS
}

function isHotterThan(limit: 'warmCelsius' | 'hotCelsius'): Row['isSeen'] {
  return ({ limits, conditions: { celsius } }, isHeld) =>
    celsius !== undefined && celsius >= (limits[limit] ?? Infinity) - (isHeld ? COOLED_CELSIUS : 0)
}

/** Of the month's volume; a limit of nothing is used up. */
function volumeShare({ limits, conditions: { volumeBytes } }: OwnerScene): number {
  const limit = limits.volumeBytesPerMonth
  if (limit === undefined || volumeBytes === undefined) return 0
  return limit === 0 ? 1 : volumeBytes / limit
}

function isAbove(value: number | undefined, other: number | undefined): boolean {
  return value !== undefined && other !== undefined && value > other
}
