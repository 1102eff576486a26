import type { DeviceId } from '@nexqloud/kernel'

import type { Keccak256 } from '../keccak.ts'

/** What is known of a device that may be measured again. */
export type Repeatable = {
  readonly device: DeviceId
  /** Its owner's address. */
  readonly owner: string
  /** The network that it is seen in, e.g. `192.0.2.0/24`; nothing where nobody sees it. */
  readonly network?: string | undefined
}

/** Devices that are measured in the same seconds, in ascending order. */
export type MeasureGroup = readonly DeviceId[]

/**
 * Returns the groups: devices of one owner or one network, and whoever is tied to them by another device's owner or network. Each
 * device is in one; they are in the order of their first devices.
 */
export function groupDevices(devices: readonly Repeatable[]): readonly MeasureGroup[] {
  const parents = new Map<string, string>()
  const rootOf = (name: string): string => {
    let at = name
    for (let parent = parents.get(at); parent !== undefined; parent = parents.get(at)) at = parent
    if (at !== name) parents.set(name, at)
    return at
  }
  const join = (one: string, other: string): void => {
    const [left, right] = [rootOf(one), rootOf(other)]
    if (left !== right) parents.set(left, right)
  }
  const nameOf = ({ owner }: Repeatable): string => `owner ${owner.toLowerCase()}`
  for (const device of devices) {
    if (device.network !== undefined) join(nameOf(device), `network ${device.network}`)
  }
  const ordered = devices.toSorted((left, right) => left.device - right.device)
  const groups = Map.groupBy(ordered, (device) => rootOf(nameOf(device)))
  return [...groups.values()].map((group) => group.map(({ device }) => device))
}

/** When devices are measured again. */
export type RepeatTerms = {
  /** What is looked at is counted in so many seconds: 60 on the main network, 10 on a local one. */
  readonly slotSeconds: number
  /** Not before so many slots after the last time, and at the latest after so many. */
  readonly leastSlots: number
  readonly mostSlots: number
}

/** A slot, and what decides in it. */
export type RepeatDraw = {
  /** Counted from 1970. */
  readonly slot: number
  /** 32 bytes that nobody knew before the slot. */
  readonly randomness: Uint8Array
  readonly keccak256: Keccak256
}

const WEEK_SECONDS = 604_800
const MOST_SLOT_SECONDS = 60
/** A measurement begins two slots after its order, and there has to be room for it in the time that a drawn masternode has. */
const SLOTS_TO_MEASURE = 6

/** Returns the terms of a network whose drawn masternodes have so long: each device is measured between a half and one and a half of a week. */
export function repeatTermsOf(measureSeconds: number): RepeatTerms {
  const slotSeconds = Math.max(
    1,
    Math.min(MOST_SLOT_SECONDS, Math.floor(measureSeconds / SLOTS_TO_MEASURE)),
  )
  const weekSlots = WEEK_SECONDS / slotSeconds
  return {
    slotSeconds,
    leastSlots: Math.floor(weekSlots / 2),
    mostSlots: Math.ceil((weekSlots * 3) / 2),
  }
}

/**
 * Whether a group is measured in this slot, which is so many after its last time. Every slot between the least and the most is as likely as
 * the others, and nobody knows before a slot that it is the one: with k slots left, it is with a chance of 1 in k, by the first 4 bytes of
 * `keccak256(randomness ‖ slot ‖ first device)`, numbers as 8 and 4 bytes, big-endian. Once the most has passed, as it does for one that is paused or
 * away, k is the least, for good: who comes back chooses no slot by that.
 */
export function isRepeatDue(
  group: MeasureGroup,
  sinceSlots: number,
  { terms, draw }: { readonly terms: RepeatTerms; readonly draw: RepeatDraw },
): boolean {
  if (sinceSlots < terms.leastSlots || group.length === 0) return false
  const { leastSlots, mostSlots } = terms
  const leftSlots = sinceSlots < mostSlots ? mostSlots - sinceSlots : leastSlots
  return pointOf(group, draw) * leftSlots < 1
}

/** From 0 to below 1. */
function pointOf(group: MeasureGroup, { slot, randomness, keccak256 }: RepeatDraw): number {
  const bytes = new Uint8Array(44)
  const view = new DataView(bytes.buffer)
  bytes.set(randomness)
  view.setBigUint64(32, BigInt(slot))
  view.setUint32(40, group[0] ?? 0)
  const hash = keccak256(bytes)
  return new DataView(hash.buffer, hash.byteOffset, 4).getUint32(0) / 2 ** 32
}

/** Returns the second in which the measurement begins that was ordered in this second: the same for all that were ordered in one slot. */
export function startOfRepeat(orderedAt: number, slotSeconds: number): number {
  return (Math.floor(orderedAt / slotSeconds) + 2) * slotSeconds
}
