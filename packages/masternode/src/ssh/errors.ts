import { BaseError } from '@nexqloud/kernel'

/** There is no container of an instance that something could be run in just now. */
export class NoContainerError extends BaseError {
  constructor(instance: string) {
    super(`${instance} runs on no device just now.`, {
      code: 'MASTERNODE_NO_CONTAINER',
      kind: 'unavailable',
      hint: 'Try again in some seconds: it may be on its way.',
    })
  }
}
