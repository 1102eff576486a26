import { isIPv4 } from 'node:net'

import { protocols, type Passage } from '@nexqloud/kernel'

import { macOf } from './container-mac.ts'

/** Where a container may send what nobody has asked it for; the wall around all tenants stands in any case. */
export type ContainerEgress = {
  /** Its name, as in its specification. */
  readonly container: string
  /** Nothing where it may send wherever tenants may. */
  readonly passages: readonly Passage[] | undefined
}

/** What of a table holds containers to their passages. */
export type EgressRules = {
  /** A chain for each container. What passes returns to the wall: nothing is accepted here. */
  readonly chains: string
  /** The rule that leads to them; nothing where no container is held to anything. */
  readonly jump: string
}

/** Returns the rules of nftables that hold containers to their passages, by the link addresses that they have. */
export function formatEgressRules(egress: readonly ContainerEgress[]): EgressRules {
  const byMac = new Map(
    egress.flatMap(({ container, passages }) =>
      passages === undefined ? [] : [[macOf(container), passages] as const],
    ),
  )
  if (byMac.size === 0) return { chains: '', jump: '' }
  const chains = [...byMac].map(
    ([mac, passages]) => `  chain ${chainOf(mac)} {
${passages.flatMap(formatPassage).join('')}    counter reject with icmpx type admin-prohibited
  }
`,
  )
  const verdicts = [...byMac.keys()].map((mac) => `${mac} : jump ${chainOf(mac)}`)
  return {
    chains: chains.join(''),
    jump: `    ether saddr vmap { ${verdicts.join(', ')} }\n`,
  }
}

function chainOf(mac: string): string {
  return `egress_${mac.replaceAll(':', '')}`
}

/** What cannot be said of IPv4 lets nothing through: IPv6 is closed to all tenants. */
function formatPassage(passage: Passage): readonly string[] {
  const [place, traffic] = [formatPlace(passage), formatTraffic(passage)]
  return place === undefined || traffic === undefined ? [] : [`    ${place}${traffic} return\n`]
}

function formatPlace({ cidr }: Passage): string | undefined {
  const [address = '', bits = '', ...rest] = cidr.split('/')
  if (!isIPv4(address) || !isWithin(bits, 32) || rest.length > 0) return undefined
  return Number(bits) === 0 ? 'meta nfproto ipv4' : `ip daddr ${address}/${Number(bits)}`
}

function formatTraffic({ protocol, from, to }: Passage): string | undefined {
  if (protocol === undefined) return ''
  if (!isWithin(`${protocol}`, 255)) return undefined
  if (from === undefined) return ` meta l4proto ${protocol}`
  if (protocol === protocols.icmp) return formatIcmp(from, to)
  const name = { [protocols.tcp]: 'tcp', [protocols.udp]: 'udp' }[protocol]
  const isRange = isWithin(`${from}`, 65_535) && isWithin(`${to}`, 65_535) && from <= (to ?? 0)
  if (name === undefined || !isRange) return undefined
  return ` ${name} dport ${from === to ? from : `${from}-${to}`}`
}

function formatIcmp(type: number, code: number | undefined): string | undefined {
  if (!isWithin(`${type}`, 255)) return undefined
  if (code === undefined) return ` icmp type ${type}`
  return isWithin(`${code}`, 255) ? ` icmp type ${type} icmp code ${code}` : undefined
}

function isWithin(number: string, most: number): boolean {
  return /^\d{1,5}$/.test(number) && Number(number) <= most
}
