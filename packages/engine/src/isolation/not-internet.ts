import { BlockList } from 'node:net'

/** Addresses that are not the internet's: RFC 6890, and multicast and everything above. */
export const NOT_INTERNET = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
] as const

/** Whether an IPv4 address is one of the internet's. */
export function isInternetAddress(address: string): boolean {
  const near = new BlockList()
  for (const range of NOT_INTERNET) {
    const [network = '', bits] = range.split('/')
    near.addSubnet(network, Number(bits), 'ipv4')
  }
  return !near.check(address, 'ipv4')
}
