import type { IpPermission, UserIdGroupPair } from '@aws-sdk/client-ec2'

import { formatCidr, parseCidr } from '../../network/cidr.ts'
import type { SecurityGroupSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError, invalidCombination } from '../errors.ts'
import { assertDescription } from './description.ts'
import { assertGroupId, findGroup } from './find-group.ts'
import { readTraffic } from './protocol.ts'
import type { RulePlan } from './rule.ts'

/** Who a rule is for: one of these. */
export type Peer = Pick<RulePlan, 'CidrIpv4' | 'CidrIpv6' | 'PrefixListId' | 'ReferencedGroupInfo'>

/** What a rule has one of, as it is asked for. */
export type AskedPeer = {
  readonly CidrIpv4?: string | undefined
  readonly CidrIpv6?: string | undefined
  readonly PrefixListId?: string | undefined
  readonly group?: UserIdGroupPair | undefined
  readonly Description?: string | undefined
}

/** Of which group rules are, and in which direction. */
export type RulePlace = {
  readonly group: Resource<SecurityGroupSpec>
  readonly IsEgress: boolean
}

/**
 * Returns the rules that permissions ask for: one for each of whom they are for, in their order.
 *
 * @throws {@link ActionError} for protocols, ports, blocks and groups that there are not.
 */
export function planRules(
  transaction: Transaction,
  place: RulePlace,
  permissions: readonly IpPermission[],
): readonly RulePlan[] {
  const plans = permissions.flatMap((permission) => {
    const traffic = readTraffic(permission)
    const peers = peersOf(permission)
    if (peers.length === 0) {
      throw invalidCombination(
        'A permission has to say whom it is for: a CIDR block, a prefix list or a group.',
      )
    }
    return peers.map((peer) => planRule(transaction, place, { ...traffic, ...peer }))
  })
  const keys = new Set(plans.map((plan) => keyOfRule(plan)))
  if (keys.size === plans.length) return plans
  throw new ActionError(
    'InvalidParameterValue',
    'The same permission must not appear multiple times',
  )
}

/** Returns the rule that is asked for. */
export function planRule(
  transaction: Transaction,
  place: RulePlace,
  asked: AskedPeer & ReturnType<typeof readTraffic>,
): RulePlan {
  const { IpProtocol, FromPort, ToPort, Description } = asked
  assertDescription(Description)
  const peer = readPeer(transaction, place, asked)
  return { IsEgress: place.IsEgress, IpProtocol, FromPort, ToPort, ...peer, Description }
}

/** Two rules of a group with the same key are one. */
export function keyOfRule(plan: RulePlan): string {
  const { IsEgress, IpProtocol, FromPort, ToPort } = plan
  return JSON.stringify([IsEgress, IpProtocol, FromPort, ToPort, nameOfPeer(plan)])
}

/** Returns whom a rule is for, as messages say it. */
export function nameOfPeer({
  CidrIpv4,
  CidrIpv6,
  PrefixListId,
  ReferencedGroupInfo,
}: Peer): string {
  return CidrIpv4 ?? CidrIpv6 ?? PrefixListId ?? ReferencedGroupInfo?.GroupId ?? ''
}

function peersOf(permission: IpPermission): readonly AskedPeer[] {
  const { UserIdGroupPairs = [], IpRanges = [], Ipv6Ranges = [], PrefixListIds = [] } = permission
  return [
    ...IpRanges.map(({ CidrIp = '', Description }) => ({ CidrIpv4: CidrIp, Description })),
    ...Ipv6Ranges.map(({ CidrIpv6 = '', Description }) => ({ CidrIpv6, Description })),
    ...PrefixListIds.map(({ PrefixListId = '', Description }) => ({ PrefixListId, Description })),
    ...UserIdGroupPairs.map((group) => ({ group, Description: group.Description })),
  ]
}

/** All four are said, so that a rule that is changed loses the one that it had. */
function readPeer(
  transaction: Transaction,
  place: RulePlace,
  { CidrIpv4, CidrIpv6, PrefixListId, group }: AskedPeer,
): { readonly [Field in keyof Peer]-?: Peer[Field] } {
  if (PrefixListId !== undefined && !/^pl-[0-9a-f]{8,17}$/.test(PrefixListId)) {
    throw new ActionError(
      'InvalidPrefixListID.NotFound',
      `The prefix list ID '${PrefixListId.slice(0, 100)}' does not exist`,
    )
  }
  return {
    CidrIpv4: CidrIpv4 === undefined ? undefined : readBlock(CidrIpv4, 4),
    CidrIpv6: CidrIpv6 === undefined ? undefined : readBlock(CidrIpv6, 6),
    PrefixListId,
    ReferencedGroupInfo: group === undefined ? undefined : readGroup(transaction, place, group),
  }
}

function readBlock(text: string, family: 4 | 6): string {
  const block = parseCidr(text)
  if (block?.family === family) return formatCidr(block)
  throw new ActionError('InvalidParameterValue', `CIDR block ${text.slice(0, 100)} is malformed`)
}

/** A group of another account is taken as it is said: what that has is not to be seen from here. */
function readGroup(
  transaction: Transaction,
  { group }: RulePlace,
  { GroupId, GroupName, UserId }: UserIdGroupPair,
): NonNullable<Peer['ReferencedGroupInfo']> {
  const own = transaction.caller.account.id
  if (UserId !== undefined && UserId !== '' && UserId !== own && GroupId !== undefined) {
    assertGroupId(GroupId)
    return { GroupId, UserId }
  }
  const found =
    GroupId === undefined
      ? findGroup(transaction, { GroupName })
      : findReferenced(transaction, GroupId)
  if (found.spec.VpcId === group.spec.VpcId) return { GroupId: found.id, UserId: own }
  throw new ActionError(
    'InvalidGroup.NotFound',
    'You have specified two resources that belong to different networks.',
  )
}

function findReferenced(transaction: Transaction, GroupId: string): Resource<SecurityGroupSpec> {
  if (GroupId.startsWith('sg-')) return findGroup(transaction, { GroupId })
  throw new ActionError(
    'InvalidGroup.NotFound',
    `The security group '${GroupId.slice(0, 100)}' does not exist`,
  )
}
