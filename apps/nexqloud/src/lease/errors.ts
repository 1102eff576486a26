import { BaseError } from '@nexqloud/kernel'
import type { InstanceShape } from '@nexqloud/rules'

import { showDollars, showNxq } from '../unit.ts'

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
      hint: `One opens a moment after it is ready, unless its account cannot pay for it; nexqloud why ${name} tells what keeps it from that.`,
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

/** All that runs would cost more than the owner of an account allows. */
export class RateAboveLimitError extends BaseError {
  constructor(account: string, { rate, maxRate }: Readonly<Record<'rate' | 'maxRate', bigint>>) {
    super(
      `Not launched: all that runs would cost ${showDollars(rate)} an hour, and the account ${account} allows ${showDollars(maxRate)}.`,
      {
        code: 'LEASE_RATE_ABOVE_LIMIT',
        kind: 'unavailable',
        hint: 'Nothing was made. Its owner raises the limit with nexqloud account limits.',
      },
    )
  }
}

/** An account has not enough to begin with what is asked for. */
export class AccountTooLowError extends BaseError {
  constructor(
    account: string,
    {
      spendable,
      microUsdPerHour,
    }: { readonly spendable: bigint; readonly microUsdPerHour: bigint },
  ) {
    const left = spendable < 0n ? 0n : spendable
    super(
      `Not launched: it would cost ${showDollars(microUsdPerHour)} an hour, and the account ${account} has ${showNxq(left)} left to spend.`,
      {
        code: 'LEASE_ACCOUNT_TOO_LOW',
        kind: 'unavailable',
        hint: `Nothing was made. nexqloud account show ${account} tells what claims it; nexqloud account deposit --to ${account} --amount N adds to it; its owner raises its limits with nexqloud account limits.`,
      },
    )
  }
}

/** Nothing that is sold is so large. */
export class NotSoldError extends BaseError {
  constructor({ limitMilli, memoryBytes }: Pick<InstanceShape, 'limitMilli' | 'memoryBytes'>) {
    const memory = `${Math.ceil(memoryBytes / 2 ** 20)} MiB`
    super(
      `Not launched: no size that is sold has ${limitMilli / 1000} CPU and ${memory} of memory.`,
      {
        code: 'LEASE_NOT_SOLD',
        kind: 'invalid',
        hint: 'Nothing was made. Ask for less, or for several smaller ones with --count.',
      },
    )
  }
}

/** The chain does not say what anything costs. */
export class ChainSilentError extends BaseError {
  constructor(cause: unknown) {
    super(
      'The chain does not answer: what it costs is not known now, and it is paid for once it is back.',
      {
        code: 'LEASE_CHAIN_SILENT',
        kind: 'unavailable',
        hint: 'nexqloud status tells which part is away.',
        cause,
      },
    )
  }
}
