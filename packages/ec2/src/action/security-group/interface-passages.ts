import type { Passage } from '@nexqloud/kernel'

import { ec2Kinds, type NetworkInterfaceSpec } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { addressesOf, ipv6AddressesOf } from '../subnet/tell-subnets.ts'
import { passagesOf } from './passage.ts'

/** What is let through to an interface, and from it. */
export type InterfacePassages = {
  readonly ingress: readonly Passage[]
  readonly egress: readonly Passage[]
}

/**
 * Returns what the groups of interfaces let through. Groups of other accounts and prefix lists have no members here: nobody is let through for them.
 */
export function interfacePassages(
  transaction: Pick<Transaction, 'list' | 'caller'>,
): (one: { readonly spec: Pick<NetworkInterfaceSpec, 'GroupIds'> }) => InterfacePassages {
  const rules = transaction.list(ec2Kinds.securityGroupRules).map(({ spec }) => spec)
  const byGroup = Map.groupBy(rules, ({ GroupId }) => GroupId)
  // Few groups speak of groups, and members are many.
  let members: ReturnType<typeof membersByGroup> | undefined
  const own = transaction.caller.account.id
  const lookup = {
    membersOf: ({ GroupId, UserId }: { readonly GroupId: string; readonly UserId: string }) => {
      if (UserId !== own) return []
      members ??= membersByGroup(transaction)
      return members.get(GroupId) ?? []
    },
    prefixesOf: () => [],
  }
  return ({ spec }) => {
    const all = spec.GroupIds.flatMap((id) => byGroup.get(id) ?? [])
    return {
      ingress: passagesOf(all, { ...lookup, IsEgress: false }),
      egress: passagesOf(all, { ...lookup, IsEgress: true }),
    }
  }
}

/** Returns the addresses of all members of each group, of both versions, private and public ones. */
function membersByGroup(
  transaction: Pick<Transaction, 'list'>,
): ReadonlyMap<string, readonly string[]> {
  const allocated = Map.groupBy(
    transaction.list(ec2Kinds.addresses).map(({ spec }) => spec),
    ({ NetworkInterfaceId }) => NetworkInterfaceId,
  )
  const members = new Map<string, string[]>()
  for (const { id, spec } of transaction.list(ec2Kinds.networkInterfaces)) {
    const elastic = (allocated.get(id) ?? []).map(({ PublicIp }) => PublicIp)
    const given = spec.PublicIp === undefined ? [] : [spec.PublicIp]
    for (const GroupId of spec.GroupIds) {
      const known = members.get(GroupId) ?? []
      known.push(...addressesOf(spec), ...ipv6AddressesOf(spec), ...elastic, ...given)
      members.set(GroupId, known)
    }
  }
  return members
}
