import { createHash } from 'node:crypto'

/** What the interfaces of all tenants' networks begin with; the firewall knows them by it. */
export const BRIDGE_PREFIX = 'tn'

/** Hex digits of an owner; what is left of 15 characters, the most that Linux takes, tells its networks apart. */
const OWNER_DIGITS = 5
const NETWORK_DIGITS = 8

/** Returns what the interfaces of an owner's networks begin with: several owners may be on a machine. */
export function bridgePrefixOf(owner: string): string {
  return `${BRIDGE_PREFIX}${digitsOf(owner, OWNER_DIGITS)}`
}

/** Returns the interface of an owner's network: 15 characters. */
export function bridgeOf(owner: string, network: string): string {
  return `${bridgePrefixOf(owner)}${digitsOf(`${owner}\n${network}`, NETWORK_DIGITS)}`
}

function digitsOf(text: string, count: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, count)
}
