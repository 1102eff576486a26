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

/** A container asks more often than one may: what it takes, others would lack. */
export class VisitsTooManyError extends BaseError {
  constructor(address: string) {
    super(`The container at ${address} asks too often.`, {
      code: 'DEVICE_VISITS_TOO_MANY',
      kind: 'unavailable',
      hint: 'Ask again in some seconds, and keep what was answered.',
    })
  }
}
