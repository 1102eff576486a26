import { isOfTraffic, protocols, saysTypes, type Packet, type Passage } from '@nexqloud/kernel'

import { containsCidr, parseAddress, parseCidr, type Cidr } from '../../network/cidr.ts'
import type { SecurityGroupRuleSpec } from '../../resource/kinds.ts'

/** Who is meant by what rules speak of. */
export type Lookup = {
  /** Returns the addresses of the members of a group, private and public ones. */
  readonly membersOf: (group: {
    readonly GroupId: string
    readonly UserId: string
  }) => readonly string[]
  /** Returns the blocks of a prefix list. */
  readonly prefixesOf: (prefixListId: string) => readonly string[]
}

type Rule = Pick<
  SecurityGroupRuleSpec,
  | 'IsEgress'
  | 'IpProtocol'
  | 'FromPort'
  | 'ToPort'
  | 'CidrIpv4'
  | 'CidrIpv6'
  | 'PrefixListId'
  | 'ReferencedGroupInfo'
>

const numbers: Readonly<Record<string, number>> = protocols

/**
 * Returns what the rules of a set of groups come to in one direction: rules only allow, so that all of them together let through what one of them
 * does. What another passage lets through already is left out. Answers to what was let through are let through (groups are stateful): that is for
 * who enforces it.
 */
export function passagesOf(
  rules: readonly Rule[],
  { IsEgress, ...lookup }: Lookup & { readonly IsEgress: boolean },
): readonly Passage[] {
  const all = rules
    .filter((rule) => rule.IsEgress === IsEgress)
    .flatMap((rule) => blocksOf(rule, lookup).map((cidr) => ({ ...trafficOf(rule), cidr })))
  const known = all.flatMap((passage, at) => {
    const block = parseCidr(passage.cidr)
    return block === undefined ? [] : [{ passage, at, block }]
  })
  // A group may have thousands of members: one address covers no other.
  const wide = known.filter(({ block }) => block.first !== block.last)
  const byBlock = Map.groupBy(known, ({ passage }) => passage.cidr)
  const isLeftOut = (one: Known) =>
    [...wide, ...(byBlock.get(one.passage.cidr) ?? [])].some(
      (other) => covers(other, one) && (other.at < one.at || !covers(one, other)),
    )
  return known.filter((one) => !isLeftOut(one)).map(({ passage }) => passage)
}

/** Whether one of the passages lets a packet through. */
export function isLetThrough(passages: readonly Passage[], packet: Packet): boolean {
  const address = parseAddress(packet.address)
  if (address === undefined) return false
  return passages.some((passage) => {
    const block = parseCidr(passage.cidr)
    return block !== undefined && containsCidr(block, address) && isOfTraffic(passage, packet)
  })
}

function trafficOf({ IpProtocol, FromPort, ToPort }: Rule): Omit<Passage, 'cidr'> {
  if (IpProtocol === '-1') return { protocol: undefined, from: undefined, to: undefined }
  const protocol = numbers[IpProtocol] ?? Number(IpProtocol)
  const [from, to] = [FromPort, ToPort].map((port) => (port === -1 ? undefined : port))
  return { protocol, from, to }
}

function blocksOf(
  { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo: group }: Rule,
  { membersOf, prefixesOf }: Lookup,
): readonly string[] {
  if (PrefixListId !== undefined) return prefixesOf(PrefixListId)
  if (group !== undefined) {
    const { GroupId = '', UserId = '' } = group
    return membersOf({ GroupId, UserId }).map((address) =>
      address.includes(':') ? `${address}/128` : `${address}/32`,
    )
  }
  const cidr = CidrIpv4 ?? CidrIpv6
  return cidr === undefined ? [] : [cidr]
}

type Known = { readonly passage: Passage; readonly at: number; readonly block: Cidr }

/** Whether all that the second lets through is let through by the first. */
function covers(outer: Known, inner: Known): boolean {
  return containsCidr(outer.block, inner.block) && coversTraffic(outer.passage, inner.passage)
}

function coversTraffic(outer: Passage, inner: Passage): boolean {
  if (outer.protocol === undefined) return true
  if (outer.protocol !== inner.protocol) return false
  if (outer.from === undefined) return true
  if (inner.from === undefined) return false
  if (saysTypes(outer.protocol)) {
    return outer.from === inner.from && (outer.to === undefined || outer.to === inner.to)
  }
  return outer.from <= inner.from && (inner.to ?? 0) <= (outer.to ?? 0)
}
