import type { Address } from '@nexqloud/kernel'
import { dryAt, followFunds, fundsAt, type Funds } from '@nexqloud/rules'

import type { LeaseBook } from './lease-book.ts'
import {
  accountIn,
  instanceIn,
  numberIn,
  type LeaseEvent,
  type LeaseEventName,
} from './lease-events.ts'

/** What an account has was asked for at a block, at a time of ours in milliseconds. */
export type Answer = {
  readonly funds: ReadonlyMap<Address, Funds>
  readonly block: bigint
  readonly askedMs: number
}

type Known = { readonly funds: Funds; readonly askedMs: number }

/** What is believed for so long, though nothing but openings and closings was said: milliseconds. */
const BELIEVED_MS = 3_600_000
/** An account that lasts shorter than this is asked for at each new block in which something was said of it: seconds. */
const SHORT_SECONDS = 3600

/** After these an account has what it had. */
const harmless: ReadonlySet<LeaseEventName> = new Set([
  'LeaseFinished',
  'OpeningRefused',
  'ClosingRefused',
  'BillRefused',
])

/** What is followed by rule. */
const happenings: Partial<Record<LeaseEventName, 'opened' | 'closed'>> = {
  LeaseOpened: 'opened',
  LeaseClosed: 'closed',
}

/**
 * What accounts have by what was asked once and what the chain has said of them since. Openings and closings are followed by rule; of whom anything
 * else was said, or who is short of money, is to be asked for again.
 */
export class KnownFunds {
  readonly #known = new Map<Address, Known>()
  /** The block in which something was said of an account last. */
  readonly #saidIn = new Map<Address, bigint>()
  /** Price and buffer have been the same since after this second. */
  #standing = Infinity

  /** Takes in what was written, each event once, in order, and after the book. */
  take(event: LeaseEvent, book: LeaseBook): void {
    if (harmless.has(event.name)) return
    const account = accountIn(event)
    if (account === undefined) return this.forgetAll(Infinity)
    this.#saidIn.set(account, event.block)
    const known = this.#known.get(account)
    const after = known && this.#follow(known.funds, event, book)
    if (known === undefined || after === undefined) this.#known.delete(account)
    else this.#known.set(account, { ...known, funds: after })
  }

  #follow(funds: Funds, event: LeaseEvent, { leases }: LeaseBook): Funds | undefined {
    const happened = happenings[event.name]
    if (happened === undefined) return undefined
    const lease = leases.get(instanceIn(event))
    if (lease?.token !== numberIn(event, 'token')) return undefined
    const { rate, startedAt, openedAt } = lease
    const happening = { happened, at: event.at, rate, startedAt, openedAt }
    const after = followFunds(funds, happening, this.#standing)
    return after === undefined || isShort(after) ? undefined : after
  }

  /** Whether it is known since when price and buffer have been the same. */
  get isStanding(): boolean {
    return this.#standing !== Infinity
  }

  /** What is known follows from another price, buffer or masternode than there is; these stand since after a second, and it is not known since when where that is infinite. */
  forgetAll(standing: number): void {
    this.#known.clear()
    this.#standing = standing
  }

  /** Keeps what was answered, but for what something was said of meanwhile. */
  keep({ funds, block, askedMs }: Answer): void {
    for (const [account, each] of funds) {
      if ((this.#saidIn.get(account) ?? 0n) > block) continue
      this.#known.set(account, { funds: each, askedMs })
    }
  }

  /** Returns what an account has at a second; nothing where it is to be asked for. */
  get(account: Address, at: number): Funds | undefined {
    const known = this.#known.get(account)
    return known && fundsAt(known.funds, at)
  }

  /** Returns those that were asked for long ago, no more than so many: what is followed by rule is to be seen to be right now and then. */
  longAgo(accounts: readonly Address[], nowMs: number, most: number): readonly Address[] {
    const old: Address[] = []
    for (const account of accounts) {
      if (old.length === most) break
      const known = this.#known.get(account)
      if (known !== undefined && nowMs - known.askedMs >= BELIEVED_MS) old.push(account)
    }
    return old
  }
}

function isShort(funds: Funds): boolean {
  const dry = dryAt(funds)
  return funds.spendable < 0n || (dry !== undefined && dry - funds.at < SHORT_SECONDS)
}
