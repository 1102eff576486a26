import { accountOf, type Clock, type InstanceKey } from '@nexqloud/kernel'
import type { LeaseRef } from '@nexqloud/rules'

import type { FundsBook } from './funds-book.ts'
import type { MeterLedger } from './meter-ledger.ts'
import { Retries } from './retries.ts'

/** What closes leases. */
export type LeaseCloserOptions = {
  readonly ledger: Pick<MeterLedger, 'close'>
  readonly clock: Pick<Clock, 'steadyMs'>
  readonly funds: FundsBook
}

/** The contract's word for a lease that is the tenant's, its masternodes' and its opener's to close. */
const NOT_ALLOWED = 'NotAllowed'

/** Whoever opens leases that are not ours to close is not to cost us a fee for ever: waits double up to so many milliseconds. */
const LONGEST_MS = 86_400_000

/** Closes leases, and asks ever more seldom for what the chain lets others close alone. */
export class LeaseCloser {
  readonly #options: LeaseCloserOptions
  /** Also of what was closed: it may still look open for a moment. */
  readonly #waits = new Retries(LONGEST_MS)
  #tokens: ReadonlyMap<InstanceKey, bigint> = new Map()

  constructor(options: LeaseCloserOptions) {
    this.#options = options
  }

  /** Whether the chain lets others close a lease alone, as it said last. */
  isRefused({ instance, token }: LeaseRef): boolean {
    return this.#tokens.get(instance) === token && this.#waits.reasonOf(instance) === NOT_ALLOWED
  }

  /** Returns what it is time for, of all that are to be closed. */
  choose(leases: readonly LeaseRef[]): readonly LeaseRef[] {
    const { clock } = this.#options
    // Of a newer lease nothing was said yet.
    this.#waits.keep(leases.filter((each) => this.#tokens.get(each.instance) === each.token))
    this.#tokens = new Map(leases.map(({ instance, token }) => [instance, token]))
    const nowMs = clock.steadyMs()
    return leases.filter(
      (each) => this.#waits.isDue(each.instance, nowMs) || this.#isApprovedNow(each),
    )
  }

  async close(due: readonly LeaseRef[]): Promise<void> {
    if (due.length === 0) return
    const { ledger, clock, funds } = this.#options
    const refused = await ledger.close(due)
    const reasons = new Map(refused.map(({ lease, reason }) => [lease.instance, reason]))
    for (const account of new Set(due.map(({ instance }) => accountOf(instance)))) {
      funds.change(account)
    }
    this.#waits.refuse(
      due.map(({ instance }) => ({ instance, reason: reasons.get(instance) ?? '' })),
      clock.steadyMs(),
    )
  }

  /** Whether its account has approved the masternode since the chain refused it. */
  #isApprovedNow(lease: LeaseRef): boolean {
    const { funds } = this.#options
    const account = accountOf(lease.instance)
    const known = funds.isFresh(account) ? funds.get(account) : undefined
    return this.isRefused(lease) && known?.isApproved === true
  }
}
