import { BaseError } from '@nexqloud/kernel'

/** Text that names no range of IPv4 addresses. */
export class InvalidAddressRangeError extends BaseError {
  constructor(cidr: string) {
    super(`"${cidr}" is not a range of IPv4 addresses.`, {
      code: 'GATEWAY_ADDRESS_RANGE_INVALID',
      kind: 'invalid',
      hint: 'Write its first address and the length of its prefix: 127.66.0.0/16.',
    })
  }
}

/** Every address of a range has its instance. */
export class NoFreeAddressError extends BaseError {
  constructor(cidr: string) {
    super(`Every address of ${cidr} is taken.`, {
      code: 'GATEWAY_NO_FREE_ADDRESS',
      kind: 'unavailable',
      hint: 'Remove an instance, or give the gateway a larger range.',
    })
  }
}
