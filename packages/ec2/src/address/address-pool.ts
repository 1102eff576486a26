import { containsCidr, formatAddress, parseAddress, parseCidr, type Cidr } from '../network/cidr.ts'
import type { PublicAddresses } from './public-addresses.ts'

/** What a pool has: blocks of IPv4 addresses of each region. */
export type PoolOptions = {
  readonly blocksOf: (region: string) => readonly string[]
  readonly domain: string
}

/** Creates a pool that is kept in memory: of each block all addresses but the first and the last one, which are no host's. */
export function createAddressPool({ blocksOf, domain }: PoolOptions): PublicAddresses {
  const held = new Set<string>()

  function hold(free: readonly string[]): readonly string[] {
    for (const address of free) held.add(address)
    return free
  }

  return {
    domain,
    take: (region, { count, taken, wanted }) => {
      const blocks = blocksOf(region).flatMap((text) => parseCidr(text) ?? [])
      const isFree = (address: string) => !taken.has(address) && !held.has(address)
      if (wanted !== undefined) {
        return hold(isInside(blocks, wanted) && isFree(wanted) ? [wanted] : [])
      }
      return hold(firstOf(blocks, isFree, count))
    },
    giveBack: (addresses) => {
      for (const address of addresses) held.delete(address)
    },
  }
}

function isInside(blocks: readonly Cidr[], text: string): boolean {
  const address = parseAddress(text)
  if (address === undefined || formatAddress(address.family, address.first) !== text) return false
  return blocks.some(
    (block) =>
      containsCidr(block, address) && address.first !== block.first && address.first !== block.last,
  )
}

function firstOf(
  blocks: readonly Cidr[],
  isFree: (address: string) => boolean,
  count: number,
): readonly string[] {
  const free: string[] = []
  for (const { family, first, last } of blocks) {
    for (let each = first + 1n; each < last && free.length < count; each += 1n) {
      const address = formatAddress(family, each)
      if (isFree(address)) free.push(address)
    }
  }
  return free
}
