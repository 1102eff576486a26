import { identityOf } from '../masternode/identity.ts'
import type { Devices } from '../placement/read-devices.ts'
import type { ChainStory } from './read-chain-story.ts'

/** A masternode, and what it does. */
export type MasternodeStory = {
  /** `masternode 1`, where the chain knows it; else the name that it has on the API. */
  readonly name: string
  /** How many devices it drives. */
  readonly drives: number
  /** It has not said that it is there for some time. */
  readonly isDark: boolean
  /** When it said that last, ISO 8601; nothing where it works alone. */
  readonly saidAt?: string
}

/** Others take its devices after 7 seconds; whoever reads this may have a clock of its own. */
const DARK_MS = 12_000

/** What a masternode that works alone is called where the chain knows several. */
const ALONE = 'the one of this API'

/** Returns the masternodes that work on the API; alone, a masternode needs no Lease, and drives all devices. */
export function masternodesOf(
  { devices, masternodes, drivers }: Devices,
  chain: ChainStory,
  nowMs: number,
): readonly MasternodeStory[] {
  if (masternodes.length === 0) {
    return [{ name: aloneOf(chain), drives: devices.length, isDark: false }]
  }
  return masternodes.map(({ identity, renewedAt }) => ({
    name: nameOf(identity, chain),
    drives: devices.filter(({ name }) => drivers.get(name) === identity).length,
    isDark: nowMs - Date.parse(renewedAt) > DARK_MS,
    saidAt: renewedAt,
  }))
}

/** Returns who drives a device. */
export function driverOf(
  device: string,
  { masternodes, drivers }: Devices,
  chain: ChainStory,
): string {
  if (masternodes.length === 0) return aloneOf(chain)
  const identity = drivers.get(device) ?? ''
  return identity === '' ? 'nobody' : nameOf(identity, chain)
}

function nameOf(identity: string, chain: ChainStory): string {
  const known = chain.problem === undefined ? chain.masternodes : []
  const record = known.find(({ tlsKeyHash }) => identityOf(tlsKeyHash) === identity)
  return record === undefined ? identity : `masternode ${record.id}`
}

function aloneOf(chain: ChainStory): string {
  const known = chain.problem === undefined ? chain.masternodes : []
  const [only] = known.length === 1 ? known : []
  return only === undefined ? ALONE : `masternode ${only.id}`
}
