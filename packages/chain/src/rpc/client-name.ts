import { isIPv4, isIPv6 } from 'node:net'

/** An IPv4 address as a socket of both kinds names it (RFC 4291, section 2.5.5.2). */
const MAPPED = '::ffff:'

/** Groups of 16 bits of an IPv6 address, and of its part that names a network: who has one has all addresses in it. */
const GROUPS = 8
const NETWORK_GROUPS = 4

/**
 * Returns what limits of a client are counted by: its address; for IPv6 its network of 64 bits, for one subscriber is
 * given that many addresses at least. The loopback address and IPv4 in IPv6 stay as they are.
 */
export function clientNameOf(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  const [plain = '', zone] = address.toLowerCase().split('%')
  const isWhole = !isIPv6(plain) || plain === '::1' || isIPv4(plain.replace(MAPPED, ''))
  if (isWhole) return address
  const network = groupsOf(plain).slice(0, NETWORK_GROUPS).join(':')
  return `${network}::/64${zone === undefined ? '' : `%${zone}`}`
}

/** Returns the groups without zeros before them; those that `::` stands for are written out. */
function groupsOf(address: string): readonly string[] {
  const [head = [], tail] = address.split('::').map((part) => part.split(':').filter(Boolean))
  const left = tail === undefined ? 0 : GROUPS - head.length - tail.length
  const groups = [...head, ...Array.from({ length: left }, () => '0'), ...(tail ?? [])]
  return groups.map((group) => group.replace(/^0+(?=.)/, ''))
}
