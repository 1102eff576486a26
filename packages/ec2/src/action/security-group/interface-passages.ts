import type { Passage } from '@nexqloud/kernel'

import { ec2Kinds, type NetworkInterfaceSpec } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { addressesOf, ipv6AddressesOf } from '../subnet/tell-subnets.ts'
import { passagesOf } from './passage.ts'

type OfGroups = { readonly spec: Pick<NetworkInterfaceSpec, 'GroupIds'> }

/** What is let through to interfaces, and from them. Each direction is looked at where it is asked for; interfaces of the same groups share what it says. */
export type InterfacePassages = {
  readonly ingressOf: (one: OfGroups) => readonly Passage[]
  readonly egressOf: (one: OfGroups) => readonly Passage[]
}

/**
 * Returns what the groups of interfaces let through. Groups of other accounts and prefix lists have no members here: nobody is let through for them.
 */
export function interfacePassages(
  transaction: Pick<Transaction, 'list' | 'caller'>,
): InterfacePassages {
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
  const reader = (IsEgress: boolean) => {
    const known = new Map<string, readonly Passage[]>()
    return ({ spec: { GroupIds } }: OfGroups): readonly Passage[] => {
      const key = GroupIds.join(' ')
      const found = known.get(key)
      if (found !== undefined) return found
      const all = GroupIds.flatMap((id) => byGroup.get(id) ?? [])
      const passages = passagesOf(all, { ...lookup, IsEgress })
      known.set(key, passages)
      return passages
    }
  }
  return { ingressOf: reader(false), egressOf: reader(true) }
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
