import { BaseError } from '@nexqloud/kernel'

/** Keys were bought, and the chain names fewer than the fleet has devices. */
export class FleetKeysMissingError extends BaseError {
  constructor({ devices, keys }: { readonly devices: number; readonly keys: number }) {
    super(`${devices} devices are to be registered, and their owner has ${keys} free keys.`, {
      code: 'FLEET_KEYS_MISSING',
      kind: 'conflict',
      hint: 'Somebody else uses the wallet of this fleet: end that, and start the fleet again; keys that were bought stay.',
    })
  }
}
