import { randomBytes } from 'node:crypto'

import {
  containsCidr,
  formatAddress,
  parseAddress,
  parseCidr,
  type Cidr,
} from '../../network/cidr.ts'
import type { SubnetSpec } from '../../resource/kinds.ts'
import { ActionError, invalidValue } from '../errors.ts'
import type { AddressPlan, Taken } from './private-address.ts'

/**
 * Returns IPv6 addresses of a subnet that are nobody's: those that are named, then any. A network has so many that those that are drawn by lot
 * are nobody's.
 *
 * @param taken - The addresses of the subnet that are somebody's.
 * @throws {@link ActionError} where the subnet has none, or a named one cannot be had.
 */
export function chooseIpv6Addresses(
  { SubnetId, Ipv6CidrBlockAssociationSet: blocks = [] }: SubnetSpec,
  taken: Pick<Taken, 'has'>,
  { named, others }: AddressPlan,
): readonly string[] {
  if (named.length + others === 0) return []
  const block = parseCidr(blocks?.[0]?.Ipv6CidrBlock ?? '')
  if (block === undefined) {
    throw new ActionError(
      'InvalidParameterValue',
      `The subnet '${SubnetId}' does not have an IPv6 CIDR block.`,
    )
  }
  const own = new Set<string>()
  for (const text of named) {
    const address = readAddress(block, text)
    if (own.has(address) || taken.has(address)) {
      throw new ActionError('InvalidIPAddress.InUse', `Address ${text} is in use.`)
    }
    own.add(address)
  }
  return [
    ...named.map((text) => readAddress(block, text)),
    ...Array.from({ length: others }, () => drawAddress(block)),
  ]
}

function readAddress(block: Cidr, text: string): string {
  const address = parseAddress(text)
  if (address?.family !== 6) throw invalidValue('ipv6Addresses', text, 'Invalid IPv6 address.')
  if (containsCidr(block, address)) return formatAddress(6, address.first)
  throw new ActionError(
    'InvalidParameterValue',
    "Address does not fall within the subnet's address range",
  )
}

/** The first half of a network's addresses is left to who names them. */
function drawAddress({ first }: Cidr): string {
  const host = BigInt(`0x${randomBytes(8).toString('hex')}`) | (1n << 63n)
  return formatAddress(6, first | host)
}
