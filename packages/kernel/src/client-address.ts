/** An IPv4 address where IPv6 is spoken. */
const MAPPED = '::ffff:'

/** Whoever has one IPv6 address has the 2^64 of its network: 4 groups of 16 bits name that. */
const NETWORK_GROUPS = 4

/** Returns what the clients behind one line have in common: their IPv4 address, or the first 64 bits of an IPv6 one. */
export function clientAddressOf(remoteAddress: string | undefined): string {
  if (remoteAddress === undefined) return 'unknown'
  const plain = plainAddressOf(remoteAddress)
  if (!plain.includes(':')) return plain
  const [address = ''] = plain.split('%')
  const [before = '', after] = address.split('::')
  const groups = before.split(':').filter(Boolean)
  const last = (after ?? '').split(':').filter(Boolean)
  const zeros = after === undefined ? 0 : 8 - groups.length - last.length
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...last]
  return `${all.slice(0, NETWORK_GROUPS).join(':')}::/64`
}

/** Returns the network that an address is in, as far as neighbours of one owner share it: the /24 of an IPv4 address, the /64 of an IPv6 one. */
export function networkOf(remoteAddress: string): string {
  const client = clientAddressOf(remoteAddress)
  return client.includes(':') ? client : `${client.slice(0, client.lastIndexOf('.'))}.0/24`
}

/**
 * Returns the network that one customer of a provider may have at most: the /24 of an IPv4 address, the /48 of an IPv6 one, which has 65,536 of what
 * {@link clientAddressOf} tells apart (RFC 6177). What is no address stays as it is.
 */
export function siteOf(client: string): string {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(client)) return networkOf(client)
  const [, site] = /^((?:[0-9a-f]*:){3})[0-9a-f]*::\/64$/.exec(client) ?? []
  return site === undefined ? client : `${site}:/48`
}

/** Returns an IPv4 address as such. */
export function plainAddressOf(address: string): string {
  return address.startsWith(MAPPED) && address.includes('.')
    ? address.slice(MAPPED.length)
    : address
}
