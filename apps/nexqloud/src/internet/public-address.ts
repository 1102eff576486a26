import { BlockList, isIP } from 'node:net'

/**
 * Networks that are not reached from everywhere: private ones, those of this machine, those for examples and for nobody. Source: the IANA
 * registries of special-purpose addresses for IPv4 and IPv6.
 */
const special = {
  ipv4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
  ],
  ipv6: ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
} as const

/** All of IPv6 that is given out to be reached from everywhere. */
const GLOBAL = '2000::/3'

const barred = listOf(special)
const global = listOf({ ipv4: [], ipv6: [GLOBAL] })

/** Whether an address is one of the public internet: nothing of a masternode's own network is reached by it. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return !barred.check(address)
  return version === 6 && global.check(address, 'ipv6') && !barred.check(address, 'ipv6')
}

function listOf(networks: Readonly<Record<'ipv4' | 'ipv6', readonly string[]>>): BlockList {
  const list = new BlockList()
  for (const family of ['ipv4', 'ipv6'] as const) {
    for (const network of networks[family]) {
      const [address = '', bits] = network.split('/')
      list.addSubnet(address, Number(bits), family)
    }
  }
  return list
}
