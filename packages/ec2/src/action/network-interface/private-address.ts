import { formatAddress, parseAddress, parseCidr } from '../../network/cidr.ts'
import type { SubnetSpec } from '../../resource/kinds.ts'
import { ActionError, invalidValue } from '../errors.ts'
import { RESERVED_FIRST, RESERVED_LAST } from '../subnet/tell-subnets.ts'

type Block = { readonly first: bigint; readonly last: bigint }

/** What an interface is to have: addresses that are named first, then so many others. */
export type AddressPlan = { readonly named: readonly string[]; readonly others: number }

/** The addresses of a subnet that are somebody's; how many these are is about right. */
export type Taken = Pick<ReadonlySet<string>, 'has' | 'size'>

/**
 * Returns addresses of a subnet that are free: those that are named, then those behind as many as are somebody's, where most likely nobody is.
 *
 * @throws {@link ActionError} where a named one cannot be had, or there are not as many.
 */
export function choosePrivateAddresses(
  { CidrBlock }: Pick<SubnetSpec, 'CidrBlock'>,
  taken: Taken,
  { named, others }: AddressPlan,
): readonly string[] {
  const block = parseCidr(CidrBlock)
  if (block === undefined) throw new TypeError(`${CidrBlock} is no block.`)
  const own = new Set<string>()
  const both = { has: (each: string) => own.has(each) || taken.has(each), size: taken.size }
  for (const address of named) {
    assertFree(block, both, address)
    own.add(address)
  }
  const found = nextFree(block, both, others)
  if (found.length === others) return [...named, ...found]
  throw new ActionError(
    'InsufficientFreeAddressesInSubnet',
    'The specified subnet does not have enough free addresses to satisfy the request.',
  )
}

function assertFree(block: Block, taken: Taken, text: string): void {
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

function nextFree({ first, last }: Block, taken: Taken, count: number): readonly string[] {
  const least = first + BigInt(RESERVED_FIRST)
  const room = Math.max(0, Number(last - BigInt(RESERVED_LAST) - least) + 1)
  const free: string[] = []
  for (let step = 0; step < room && free.length < count; step += 1) {
    const address = formatAddress(4, least + BigInt((taken.size + step) % room))
    if (!taken.has(address)) free.push(address)
  }
  return free
}

function isUsable({ first, last }: Block, address: bigint): boolean {
  return first + BigInt(RESERVED_FIRST) <= address && address <= last - BigInt(RESERVED_LAST)
}
