import { createHash } from 'node:crypto'

/** What the interfaces of all tenants' networks begin with; the firewall knows them by it. */
export const BRIDGE_PREFIX = 'tn'

/** Returns the interface of an owner's network: 15 characters, the most that Linux takes. */
export function bridgeOf(owner: string, network: string): string {
  const hash = createHash('sha256').update(`${owner}\n${network}`).digest('hex')
  return `${BRIDGE_PREFIX}${hash.slice(0, 13)}`
}
