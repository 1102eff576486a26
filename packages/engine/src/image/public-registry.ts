import { isIPv4 } from 'node:net'

import { isInternetAddress } from '../isolation/not-internet.ts'

/** Names that routers and machines have among themselves (RFC 6762, 6761, 8375, ICANN's `internal`). */
const NEARBY =
  /(?:^|\.)(?:local|localhost|internal|lan|home|corp|intranet|private|test|invalid|home\.arpa)$/

/** Ends like a name of the internet: with letters, so that no resolver takes it for an address. */
const PUBLIC_NAME = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])$/

/**
 * Whether a registry is on the internet, as far as its name tells. The engine asks it from the machine's own network, and
 * repeats what it answers: a tenant could look around there.
 */
export function isPublicRegistry(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '').toLowerCase()
  if (isIPv4(host)) return isInternetAddress(host)
  return PUBLIC_NAME.test(host) && !NEARBY.test(host)
}
