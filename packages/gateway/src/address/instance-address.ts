import { createHash } from 'node:crypto'

import { InvalidAddressRangeError, NoFreeAddressError } from './errors.ts'

/** Where instances have their addresses on one machine: loopback, so that nothing has to be set up for it on Linux. */
export const LOOPBACK_POOL = '127.66.0.0/16'

/** A range of IPv4 addresses. */
type AddressRange = { readonly first: number; readonly count: number }

/**
 * Yields the addresses of an IPv4 range in order, those left out whose last byte is 0 or 255: programs take them for a network's
 * own and for everybody's.
 *
 * @yields each as dotted text.
 * @throws {@link InvalidAddressRangeError}
 */
export function* addressesOf(cidr: string): Generator<string> {
  const { first, count } = parseRange(cidr)
  for (let at = 0; at < count; at += 1) {
    if (isUsable(first + at)) yield formatAddress(first + at)
  }
}

/**
 * Returns an address of the range that is not taken. Where it looks first follows from the name, so that an instance gets the same one
 * again while nobody else has it.
 *
 * @throws {@link InvalidAddressRangeError}
 * @throws {@link NoFreeAddressError} where all are taken.
 */
export function nextAddress(
  cidr: string,
  { name, isTaken }: { readonly name: string; readonly isTaken: (address: string) => boolean },
): string {
  const { first, count } = parseRange(cidr)
  const start = createHash('sha256').update(name).digest().readUInt32BE() % count
  for (let step = 0; step < count; step += 1) {
    const number = first + ((start + step) % count)
    if (!isUsable(number)) continue
    const address = formatAddress(number)
    if (!isTaken(address)) return address
  }
  throw new NoFreeAddressError(cidr)
}

const isUsable = (number: number): boolean => (number & 0xff) !== 0 && (number & 0xff) !== 0xff

function parseRange(cidr: string): AddressRange {
  const [address = '', prefix = '', ...others] = cidr.split('/')
  const bytes = address.split('.').map((text) => parseByte(text, 255))
  const bits = parseByte(prefix, 32)
  const isIpv4 = others.length === 0 && bytes.length === 4 && !Number.isNaN(bits)
  const first = bytes.reduce((number, byte) => number * 256 + byte, 0)
  const count = 2 ** (32 - bits)
  if (!isIpv4 || Number.isNaN(first) || first % count !== 0)
    throw new InvalidAddressRangeError(cidr)
  return { first, count }
}

/** Returns NaN for what is not a whole number from 0 to `most`, without signs and leading zeros. */
function parseByte(text: string, most: number): number {
  const number = Number(text)
  return String(number) === text && Number.isInteger(number) && number >= 0 && number <= most
    ? number
    : NaN
}

function formatAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}
