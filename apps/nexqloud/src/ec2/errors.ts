import { BaseError } from '@nexqloud/kernel'

/** No masternode runs here that serves EC2's clients. */
export class Ec2NotRunningError extends BaseError {
  constructor(folder: string) {
    super(`Nothing that runs from ${folder} serves AWS's clients.`, {
      code: 'EC2_NOT_RUNNING',
      kind: 'unavailable',
      hint: 'Start it: nexqloud up, or nexqloud masternode; or name one that runs elsewhere: --endpoint URL.',
    })
  }
}

/** Nobody answers where keys are asked for. */
export class Ec2UnreachableError extends BaseError {
  constructor(url: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(`No key is given at ${url}: ${why}`, {
      code: 'EC2_UNREACHABLE',
      kind: 'unavailable',
      hint: 'See whether the masternode runs: nexqloud up prints where.',
      cause,
    })
  }
}

/** A masternode gives no key. */
export class KeyRefusedError extends BaseError {
  constructor(namespace: string, why: string) {
    super(`No access key was given for the namespace ${namespace}: ${why}`, {
      code: 'EC2_KEY_REFUSED',
      kind: 'unauthorized',
      hint: 'Sign with the wallet that the namespace names as nexqloud.io/account: --from NAME; and see that this machine’s clock is right.',
    })
  }
}
