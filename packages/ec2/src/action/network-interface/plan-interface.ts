import { ec2Kinds } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Input } from '../action.ts'
import { ActionError, invalidCombination, invalidValue } from '../errors.ts'
import type { Loose } from '../sdk-action.ts'
import { tagsFor } from '../tag/tags.ts'
import type { InterfacePlan } from './interface.ts'
import type { AddressPlan } from './private-address.ts'

type Asked = Input<'CreateNetworkInterface'>

/** What there is not here: a request that names one is refused. */
const unserved = [
  'EnablePrimaryIpv6',
  'Ipv4PrefixCount',
  'Ipv4Prefixes',
  'Ipv6PrefixCount',
  'Ipv6Prefixes',
  'InterfaceType',
] as const satisfies readonly (keyof Asked)[]

/** Returns what an interface that is asked for is made as. */
export function planInterface(transaction: Transaction, asked: Asked): InterfacePlan {
  const name = unserved.find((each) => asked[each] !== undefined)
  if (name !== undefined) {
    throw new ActionError('UnsupportedOperation', `${name} is not served here.`)
  }
  return {
    subnet: transaction.get(ec2Kinds.subnets, asked.SubnetId ?? ''),
    GroupIds: asked.Groups,
    addresses: readAddresses(asked),
    ...readIpv6(asked),
    Description: asked.Description ?? '',
    Tags: tagsFor(asked.TagSpecifications, 'network-interface'),
  }
}

/** Returns the IPv6 addresses that are asked for; where none are, what the subnet says counts. */
export function readIpv6(
  asked: Pick<Loose<Asked>, 'Ipv6AddressCount' | 'Ipv6Addresses'>,
): Pick<InterfacePlan, 'ipv6'> {
  const { Ipv6Addresses = [], Ipv6AddressCount: count } = asked
  if (Ipv6Addresses.length > 0 && count !== undefined) {
    throw invalidCombination(
      'The parameter ipv6AddressCount cannot be used with the parameter ipv6Addresses',
    )
  }
  if (count !== undefined && !(Number.isInteger(count) && count >= 0)) {
    throw invalidValue('ipv6AddressCount', count)
  }
  const named = Ipv6Addresses.flatMap(({ Ipv6Address }) => Ipv6Address ?? [])
  if (named.length === 0 && count === undefined) return {}
  return { ipv6: { named, others: count ?? 0 } }
}

/** How private addresses are asked for, of interfaces that are made by themselves or with an instance. */
type AskedAddresses = Pick<
  Loose<Asked>,
  'PrivateIpAddress' | 'PrivateIpAddresses' | 'SecondaryPrivateIpAddressCount'
>

/**
 * Returns the private addresses that are asked for, the primary one first.
 *
 * @throws {@link ActionError} where two are to be the primary one, or both names and a number are given.
 */
export function readAddresses(asked: AskedAddresses): AddressPlan {
  const { PrivateIpAddress: single, PrivateIpAddresses: list = [] } = asked
  const { SecondaryPrivateIpAddressCount: more = 0 } = asked
  if (!Number.isInteger(more) || more < 0) {
    throw invalidValue('secondaryPrivateIpAddressCount', more)
  }
  if (list.length > 0 && more > 0) {
    throw invalidCombination(
      'The parameter secondaryPrivateIpAddressCount cannot be used with privateIpAddresses',
    )
  }
  const primary = list.filter(({ Primary }) => Primary === true)
  if (primary.length + (single === undefined ? 0 : 1) > 1) {
    throw invalidCombination('Only one primary private IP address can be specified.')
  }
  const others = list.filter(({ Primary }) => Primary !== true)
  const named = [single, ...[...primary, ...others].map((one) => one.PrivateIpAddress)].flatMap(
    (address) => address ?? [],
  )
  return { named, others: named.length === 0 ? 1 + more : more }
}
