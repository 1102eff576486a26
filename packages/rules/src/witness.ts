import type { DeviceId, MasternodeId } from '@nexqloud/kernel'

import type { Keccak256 } from './keccak.ts'

/** Ids whose points come from one hash: a hash has 32 bytes, a point 4. */
const IDS_PER_HASH = 8

/** What decides the draw of a period. */
export type WitnessDraw = {
  /** 32 bytes that nobody knew before the period. */
  readonly randomness: Uint8Array
  /** Masternodes that are active at the period's start, in ascending order. */
  readonly masternodes: readonly MasternodeId[]
  /** Witnesses of a device: 3 unless a vote said otherwise. */
  readonly witnesses: number
  readonly keccak256: Keccak256
}

/**
 * Returns the witnesses of a device in a period, the highest first: the masternodes with the most points, among equal ones
 * the lower id; all where there are no more than needed.
 *
 * Masternode `m` has as points word `m mod 8` of `keccak256(randomness ‖ device ‖ m div 8)`: 32 + 4 + 4 bytes, numbers and
 * words big-endian. So a masternode that comes or goes changes the witnesses of no device but its own.
 */
export function drawWitnesses(device: DeviceId, draw: WitnessDraw): readonly MasternodeId[] {
  const pointsOf = createPoints(device, draw)
  const highest: Candidate[] = []
  for (const masternode of draw.masternodes) {
    const candidate = { masternode, points: pointsOf(masternode) }
    let place = highest.length
    while (place > 0 && isHigher(candidate, highest[place - 1]!)) place -= 1
    if (place >= draw.witnesses) continue
    highest.splice(place, 0, candidate)
    if (highest.length > draw.witnesses) highest.pop()
  }
  return highest.map(({ masternode }) => masternode)
}

type Candidate = { readonly masternode: MasternodeId; readonly points: number }

function isHigher(one: Candidate, other: Candidate): boolean {
  if (one.points !== other.points) return one.points > other.points
  return one.masternode < other.masternode
}

/** Hashes only where the next id needs another hash: cheapest in ascending order. */
function createPoints(
  device: DeviceId,
  { randomness, keccak256 }: WitnessDraw,
): (masternode: MasternodeId) => number {
  const bytes = new Uint8Array(40)
  const view = new DataView(bytes.buffer)
  bytes.set(randomness)
  view.setUint32(32, device)
  let hashed = -1
  let hash: DataView = view
  return (masternode) => {
    const group = Math.floor(masternode / IDS_PER_HASH)
    if (group !== hashed) {
      view.setUint32(36, group)
      const result = keccak256(bytes)
      hash = new DataView(result.buffer, result.byteOffset, result.byteLength)
      hashed = group
    }
    return hash.getUint32(4 * (masternode % IDS_PER_HASH))
  }
}
