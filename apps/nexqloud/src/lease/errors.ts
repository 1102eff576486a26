import { BaseError } from '@nexqloud/kernel'

/** An instance never had a lease. */
export class LeaseAbsentError extends BaseError {
  constructor(instance: string) {
    super(`There was never a lease of the instance ${instance}.`, {
      code: 'LEASE_ABSENT',
      kind: 'notFound',
      hint: 'Check the 64 hex digits: the first 40 are the account, the others the number.',
    })
  }
}

/** An instance that runs, or will, has no lease yet. */
export class LeaseUnopenedError extends BaseError {
  constructor(name: string) {
    super(`${name} has had no lease yet, and nothing is billed for it.`, {
      code: 'LEASE_UNOPENED',
      kind: 'notFound',
      hint: `One opens a moment after it is ready; nexqloud why ${name} tells what keeps it from that.`,
    })
  }
}

/** Nobody pays for what runs in a namespace. */
export class UnpaidNamespaceError extends BaseError {
  constructor(namespace: string) {
    super(`No account pays for the namespace ${namespace}, and nothing is billed for it.`, {
      code: 'LEASE_UNPAID_NAMESPACE',
      kind: 'notFound',
      hint: `kubectl annotate namespace ${namespace} nexqloud.io/account=0x… names the account, which has to approve the masternode: nexqloud account approve.`,
    })
  }
}
