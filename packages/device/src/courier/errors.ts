import { BaseError } from '@nexqloud/kernel'

/** No masternode drives the device, so nobody answers its pods. */
export class NotDrivenError extends BaseError {
  constructor() {
    super('No masternode drives the device.', {
      code: 'DEVICE_NOT_DRIVEN',
      kind: 'unavailable',
      hint: 'Ask again in some seconds.',
    })
  }
}
