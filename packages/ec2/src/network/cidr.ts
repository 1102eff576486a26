import { isIPv4 } from 'node:net'

import { Address6 } from 'ip-address'

/** A block of addresses. */
export type Cidr = {
  readonly family: 4 | 6
  /** The lowest address, as a number. */
  readonly first: bigint
  /** The highest address, as a number. */
  readonly last: bigint
  /** How many leading bits all of its addresses have in common. */
  readonly length: number
}

/** Returns a block of addresses, e.g. `10.0.0.0/16` or `2001:db8::/56`; bits behind its length do not count. Nothing where the text is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = '', ...rest] = text.split('/')
  if (rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined
  const host = parseAddress(address)
  const bits = host === undefined ? 0 : bitsOf(host.family)
  if (host === undefined || Number(length) > bits) return undefined
  const size = 1n << BigInt(bits - Number(length))
  const first = host.first - (host.first % size)
  return { family: host.family, first, last: first + size - 1n, length: Number(length) }
}

/** Returns the block of one address. Nothing where the text is none. */
export function parseAddress(text: string): Cidr | undefined {
  if (text.includes('/') || text.includes('%')) return undefined
  if (isIPv4(text)) {
    // Groups have thousands of members: the library takes ten times as long for one.
    const first = BigInt(text.split('.').reduce((value, part) => value * 256 + Number(part), 0))
    return { family: 4, first, last: first, length: 32 }
  }
  if (!Address6.isValid(text)) return undefined
  const first = new Address6(text).bigInt()
  return { family: 6, first, last: first, length: 128 }
}

/** Returns a block as EC2 writes it. */
export function formatCidr({ family, first, length }: Cidr): string {
  return `${formatAddress(family, first)}/${length}`
}

/** Returns an address as EC2 writes it: of version 6 the shortest form (RFC 5952). */
export function formatAddress(family: Cidr['family'], address: bigint): string {
  if (family === 6) return Address6.fromBigInt(address).correctForm()
  // Whole blocks are looked through: the library would take a second for a large one.
  const number = Number(address)
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.')
}

/** Whether all addresses of the second are of the first. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last
}

/** Whether some addresses are of both. */
export function overlapsCidr(one: Cidr, other: Cidr): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last
}

function bitsOf(family: Cidr['family']): number {
  return family === 4 ? 32 : 128
}
