import { formatAddress, parseAddress, parseCidr } from '../../network/cidr.ts'
import type { SubnetSpec } from '../../resource/kinds.ts'
import { ActionError, invalidValue } from '../errors.ts'
import { RESERVED_FIRST, RESERVED_LAST } from '../subnet/tell-subnets.ts'

type Block = { readonly first: bigint; readonly last: bigint }

/** What an interface is to have: addresses that are named first, then so many others. */
export type AddressPlan = { readonly named: readonly string[]; readonly others: number }

/**
 * Returns addresses of a subnet that are free: those that are named, then the lowest ones.
 *
 * @param taken - The addresses of the subnet that are somebody's.
 * @throws {@link ActionError} where a named one cannot be had, or there are not as many.
 */
export function choosePrivateAddresses(
  { CidrBlock }: Pick<SubnetSpec, 'CidrBlock'>,
  taken: ReadonlySet<string>,
  { named, others }: AddressPlan,
): readonly string[] {
  const block = parseCidr(CidrBlock)
  if (block === undefined) throw new TypeError(`${CidrBlock} is no block.`)
  const own = new Set(taken)
  for (const address of named) {
    assertFree(block, own, address)
    own.add(address)
  }
  const found = firstFree(block, own, others)
  if (found.length === others) return [...named, ...found]
  throw new ActionError(
    'InsufficientFreeAddressesInSubnet',
    'The specified subnet does not have enough free addresses to satisfy the request.',
  )
}

function assertFree(block: Block, taken: ReadonlySet<string>, text: string): void {
  const address = parseAddress(text)
  if (address?.family !== 4) throw invalidValue('address', text, 'Invalid IPv4 address.')
  if (address.first < block.first || address.first > block.last) {
    throw new ActionError(
      'InvalidParameterValue',
      "Address does not fall within the subnet's address range",
    )
  }
  if (!isUsable(block, address.first)) {
    throw new ActionError('InvalidParameterValue', "Address is in subnet's reserved address range")
  }
  if (taken.has(text)) {
    throw new ActionError('InvalidIPAddress.InUse', `Address ${text} is in use.`)
  }
}

function firstFree(block: Block, taken: ReadonlySet<string>, count: number): readonly string[] {
  const free: string[] = []
  const first = block.first + BigInt(RESERVED_FIRST)
  for (let each = first; isUsable(block, each) && free.length < count; each += 1n) {
    const address = formatAddress(4, each)
    if (!taken.has(address)) free.push(address)
  }
  return free
}

function isUsable({ first, last }: Block, address: bigint): boolean {
  return first + BigInt(RESERVED_FIRST) <= address && address <= last - BigInt(RESERVED_LAST)
}
