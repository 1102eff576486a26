/** What a data plane lets through: nothing here speaks of groups any more. */
export type Passage = {
  /** A protocol's number (IANA); nothing where all are let through. */
  readonly protocol?: number | undefined
  /** The first port, or a type of ICMP; nothing where all are. */
  readonly from?: number | undefined
  /** The last port, or a code of ICMP; nothing where all are. */
  readonly to?: number | undefined
  /** Whose: where packets come from, or go to. */
  readonly cidr: string
}

/** How many passages out a pod has at most: each is a rule of a device's firewall, and part of all that the device is told. */
export const MOST_EGRESS_PASSAGES = 500

/** A packet as far as passages look at it. */
export type Packet = {
  readonly protocol: number
  /** The port that it goes to, or its type of ICMP. */
  readonly port?: number
  /** Its code of ICMP. */
  readonly code?: number
  /** The other end: where it comes from, or goes to. */
  readonly address: string
}

/** Numbers of protocols (IANA), as far as they are spoken of. */
export const protocols = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const

/** Whether passages of a protocol say types and codes instead of ports. */
export function saysTypes(protocol: number | undefined): boolean {
  return protocol === protocols.icmp || protocol === protocols.icmpv6
}

/** Whether anybody at all is let through to a port. */
export function isPortPassed(
  passages: readonly Passage[],
  packet: Pick<Packet, 'protocol' | 'port'>,
): boolean {
  return passages.some((passage) => isOfTraffic(passage, packet))
}

/** Whether a passage is for packets of this protocol, port and code, whosever they are. */
export function isOfTraffic(
  { protocol, from, to }: Omit<Passage, 'cidr'>,
  packet: Pick<Packet, 'protocol' | 'port' | 'code'>,
): boolean {
  if (protocol === undefined) return true
  if (protocol !== packet.protocol) return false
  if (from === undefined) return true
  if (packet.port === undefined) return false
  if (saysTypes(protocol)) return packet.port === from && (to === undefined || packet.code === to)
  return from <= packet.port && to !== undefined && packet.port <= to
}
