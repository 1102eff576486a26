import { randomBytes } from 'node:crypto'

import { formatAddress } from './cidr.ts'

/** Returns a block of 256 networks of IPv6 addresses that nobody else is likely to have (RFC 4193): the internet does not lead to them. */
export function createUniqueLocalCidr(): string {
  const bytes = [0xfd, ...randomBytes(6), ...Array<number>(9).fill(0)]
  return `${formatAddress(6, BigInt(`0x${Buffer.from(bytes).toString('hex')}`))}/56`
}
