import { BaseError } from '@nexqloud/kernel'

/** Something that others name is in a network that is not everybody's. */
export class PrivateAddressError extends BaseError {
  constructor(address: string) {
    super(`${address} is not an address of the public internet.`, {
      code: 'INTERNET_ADDRESS_PRIVATE',
      kind: 'invalid',
      hint: 'Name a host that is reached from everywhere: a masternode asks nothing of its own network for others.',
    })
  }
}
