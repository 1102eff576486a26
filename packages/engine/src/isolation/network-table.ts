import { createHash } from 'node:crypto'
import { isIPv4 } from 'node:net'

import { BRIDGE_PREFIX } from './bridge.ts'
import { formatDoorRules, type TenantDoor } from './door-rules.ts'
import { formatEgressRules, type ContainerEgress } from './egress-rules.ts'
import { InvalidAddressError } from './errors.ts'
import { formatFlowRules } from './flow-rules.ts'
import { NOT_INTERNET } from './not-internet.ts'

/** Where nobody is: what this machine sends there tells it whether its owner's table stands. */
export type Sounding = { readonly address: string; readonly port: number }

/** What tenants may reach beside the internet and their own network. */
export type NetworkTable = {
  /** Whose table it is; several owners on a machine have one each. */
  readonly owner: string
  /** The machine's name servers: IPv4, as in its resolv.conf; their port 53 is open. */
  readonly resolvers: readonly string[]
  /** Addresses (`10.89.0.0/16`) under which Podman answers names on the tenants' own networks; none for Docker. */
  readonly bridgeDns: readonly string[]
  /** Who there is, and who of them is held to less than that; names are answered in any case. */
  readonly egress?: readonly ContainerEgress[]
  /** Under which the internet sees this machine's network: there its router answers whoever asks from within, as at its own address at home. */
  readonly line?: string | undefined
  /** Through which tenants, and nobody else, reach this machine; through none where it is left out. */
  readonly doors?: readonly TenantDoor[]
}

/** Set on every frame that does not leave its bridge; a bit that neither Docker, Kubernetes nor common VPNs use. */
const WITHIN_BRIDGE = '0x20000000'
/** Set on what a tenant sends out of its bridge. */
const OUTWARD = '0x10000000'

/** Returns the name of an owner's tables, one for packets and one for frames. */
export function networkTableName(owner: string): string {
  return `nexqloud_${createHash('sha256').update(owner).digest('hex').slice(0, 8)}`
}

/** Returns where nothing can be sent while an owner's table stands: another place for each, as several may be on a machine. */
export function soundingOf(owner: string): Sounding {
  const [a = 0, b = 0, c = 0] = createHash('sha256').update(owner).digest()
  // UDP's discard port, on loopback: it is nobody's loss.
  return { address: `127.${a}.${b}.${1 + (c % 254)}`, port: 9 }
}

/**
 * Returns the nftables script that puts an owner's table in place of the one before, in one step. Tenants reach the
 * internet, their own network, the name servers and the doors that are opened for them; neither the machine nor anything near it, and nothing over IPv6.
 * A door is its owner's: it leads from the owner's own bridges; what came through another owner's is let through here, and refused there where it is none.
 * Whoever dials in from the machine is answered; from elsewhere nobody dials in. What goes out has the machine's address: an engine need not see to that.
 *
 * Traffic to the machine itself is input, which the engines' own rules never see. Frames within a bridge come by here, too,
 * where the machine filters bridges as Docker has it do; packets from one tenant's bridge to another's look the same but
 * for the mark, and Podman forwards them. What a container is held to comes before what lets it out, and only takes away.
 *
 * @throws {@link InvalidAddressError}
 */
export function formatNetworkTable({
  owner,
  resolvers,
  bridgeDns,
  egress = [],
  line,
  doors = [],
}: NetworkTable): string {
  const table = networkTableName(owner)
  const name = `inet ${table}`
  const tenants = `"${BRIDGE_PREFIX}*"`
  const { address, port } = soundingOf(owner)
  const { chains, jump } = formatEgressRules(egress)
  const rules = formatDoorRules(owner, doors)
  const flows = formatFlowRules(
    owner,
    egress.map(({ container }) => container),
  )
  return `table ${name}
delete table ${name}
table ${name} {
  set not_internet { type ipv4_addr; flags interval; ${elements(NOT_INTERNET)} }
  set line { type ipv4_addr; ${elements(line === undefined ? [] : [assertAddress(line)])} }
  set resolvers { type ipv4_addr; ${elements(resolvers.map(assertAddress))} }
  set bridge_dns { type ipv4_addr; flags interval; ${elements(bridgeDns.map(assertRange))} }
${chains}${flows.chain}  chain tenant_forward {
    type filter hook forward priority -10; policy accept;
${flows.shut}    iifname != ${tenants} oifname ${tenants} ct state new drop
    iifname != ${tenants} accept
    oifname != ${tenants} meta mark set meta mark | ${OUTWARD}
    ct state established,related accept
    ip daddr @resolvers meta l4proto { tcp, udp } th dport 53 accept
${jump}    oifname ${tenants} meta mark & ${WITHIN_BRIDGE} == ${WITHIN_BRIDGE} accept
    ip daddr @not_internet counter reject with icmpx type admin-prohibited
    ip daddr @line counter reject with icmpx type admin-prohibited
    meta nfproto ipv6 counter drop
  }
  chain tenant_outward {
    type nat hook postrouting priority srcnat; policy accept;
    meta nfproto ipv4 meta mark & ${OUTWARD} == ${OUTWARD} masquerade
  }
${rules.chain}  chain tenant_input {
    type filter hook input priority -10; policy accept;
${rules.shut}    iifname != ${tenants} accept
    ct state established,related accept
${rules.open}    ip daddr @bridge_dns meta l4proto { tcp, udp } th dport 53 accept
    counter reject with icmpx type admin-prohibited
  }
  chain sounding {
    type filter hook output priority -10; policy accept;
    ip daddr ${address} udp dport ${port} drop
  }
}
${formatFrames(table)}`
}

function formatFrames(table: string): string {
  const name = `bridge ${table}`
  return `table ${name}
delete table ${name}
table ${name} {
  chain within_bridge {
    type filter hook forward priority -200; policy accept;
    meta mark set meta mark | ${WITHIN_BRIDGE}
  }
}
`
}

/** Returns the name servers that a resolv.conf names and a container could ask: IPv4, not the machine's loopback. */
export function readResolvers(resolvConf: string): readonly string[] {
  const named = [...resolvConf.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(
    ([, address = '']) => address,
  )
  return named.filter((address) => isIPv4(address) && !address.startsWith('127.'))
}

function elements(values: readonly string[]): string {
  return values.length === 0 ? '' : `elements = { ${values.join(', ')} }`
}

function assertAddress(text: string): string {
  if (!isIPv4(text)) throw new InvalidAddressError(text, 'an IPv4 address')
  return text
}

function assertRange(text: string): string {
  const [address = '', bits = '', ...more] = text.split('/')
  const isRange = isIPv4(address) && /^(?:[12]?\d|3[0-2])$/.test(bits) && more.length === 0
  if (!isRange) throw new InvalidAddressError(text, 'a range of IPv4 addresses, e.g. 10.89.0.0/16')
  return text
}
