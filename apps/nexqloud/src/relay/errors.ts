import { BaseError } from '@nexqloud/kernel'

/** A masternode does not say what becomes of a call. */
export class RelayUnreachableError extends BaseError {
  constructor(name: string, problem: string, cause?: unknown) {
    super(`${name}: ${problem}`, { code: 'RELAY_UNREACHABLE', kind: 'unavailable', cause })
  }
}

/** A command was ended while a masternode had what was signed. */
export class RelayLeftError extends BaseError {
  constructor() {
    super('Stopped; a masternode may have sent it.', {
      code: 'RELAY_LEFT',
      kind: 'unavailable',
      hint: 'Repeat the command: what is done already is not done twice.',
    })
  }
}

/** No masternode sent what an owner has signed. */
export class NotRelayedError extends BaseError {
  constructor(reasons: readonly string[], retryAfterSeconds: number | undefined) {
    const each = reasons.length === 0 ? 'the chain names none.' : reasons.join(' ')
    super(`No masternode has sent it: ${each}`, {
      code: 'RELAY_REFUSED',
      kind: 'conflict',
      hint:
        retryAfterSeconds === undefined
          ? 'Do what they say; or send it from a wallet that can pay the fee: some NXQ on yours is enough.'
          : `Repeat the command in ${retryAfterSeconds} s; or with some NXQ on the wallet, which then pays the fee itself.`,
    })
  }
}
