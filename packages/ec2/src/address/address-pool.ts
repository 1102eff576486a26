import { containsCidr, formatAddress, parseAddress, parseCidr, type Cidr } from '../network/cidr.ts'
import type { PublicAddresses } from './public-addresses.ts'

/** What a pool has: blocks of IPv4 addresses of each region. */
export type PoolOptions = {
  readonly blocksOf: (region: string) => readonly string[]
  readonly domain: string
}

/**
 * Creates a pool that is kept in memory: of each block all addresses but the first and the last one, which are no host's. An address that was given
 * back comes last: who knew it as somebody's is not to find somebody else there at once.
 */
export function createAddressPool({ blocksOf, domain }: PoolOptions): PublicAddresses {
  const held = new Set<string>()
  /** By region: behind the one that was given last. */
  const next = new Map<string, number>()

  function takeNext(region: string, { count, taken }: Pick<Asked, 'count' | 'taken'>): string[] {
    const blocks = readBlocks(blocksOf(region))
    const size = blocks.reduce((sum, block) => sum + hostsOf(block), 0)
    const start = next.get(region) ?? 0
    const free: string[] = []
    for (let step = 0; step < size && free.length < count; step += 1) {
      const at = (start + step) % size
      const address = hostAt(blocks, at)
      if (taken.has(address) || held.has(address)) continue
      free.push(address)
      next.set(region, at + 1)
    }
    return free
  }

  function takeOne(region: string, wanted: string, taken: Asked['taken']): string[] {
    const isFree = !taken.has(wanted) && !held.has(wanted)
    return isFree && isHost(readBlocks(blocksOf(region)), wanted) ? [wanted] : []
  }

  return {
    domain,
    take: (region, asked) => {
      const { wanted, taken } = asked
      const free = wanted === undefined ? takeNext(region, asked) : takeOne(region, wanted, taken)
      for (const address of free) held.add(address)
      return free
    },
    giveBack: (addresses) => {
      for (const address of addresses) held.delete(address)
    },
  }
}

type Asked = Parameters<PublicAddresses['take']>[1]

function readBlocks(texts: readonly string[]): readonly Cidr[] {
  return texts.flatMap((text) => parseCidr(text) ?? [])
}

function hostsOf({ first, last }: Cidr): number {
  return Math.max(0, Number(last - first) - 1)
}

function hostAt([block, ...others]: readonly Cidr[], at: number): string {
  if (block === undefined) throw new RangeError('A pool has fewer addresses than it counted.')
  const own = hostsOf(block)
  if (at >= own) return hostAt(others, at - own)
  return formatAddress(block.family, block.first + 1n + BigInt(at))
}

function isHost(blocks: readonly Cidr[], text: string): boolean {
  const address = parseAddress(text)
  if (address === undefined || formatAddress(address.family, address.first) !== text) return false
  return blocks.some(
    (block) =>
      containsCidr(block, address) && address.first !== block.first && address.first !== block.last,
  )
}
