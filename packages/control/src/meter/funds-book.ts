import type { Address, Clock } from '@nexqloud/kernel'
import { dryAt, fundsAt, type Funds } from '@nexqloud/rules'

import type { MeterLedger } from './meter-ledger.ts'

/** What it is read with. */
export type FundsBookOptions = {
  readonly ledger: Pick<MeterLedger, 'readFunds'>
  readonly clock: Pick<Clock, 'steadyMs' | 'wallMs'>
  /** Told of each failure after which it goes on. */
  readonly onFailure: (failure: unknown) => void
}

/** An account, and whether something of it waits for money. */
export type FundsInterest = { readonly account: Address; readonly isUrgent: boolean }

/** Milliseconds for which what an account has is believed: where that matters soon, and where it does not, but for a part of a buffer: a withdrawal may leave it with no more. */
const [SOON_MS, LATER_MS] = [3000, 60_000]
const BUFFER_PARTS = 4
/** Who would be asked about within so long is asked about with others: milliseconds. */
const EARLY_MS = LATER_MS / 2
/** An account that lasts shorter than this is looked at often: seconds. */
const SOON_SECONDS = 600
/** After a failure. */
const FAILED_MS = 5000
/** For so long it has to fail before the chain counts as away. */
const AWAY_MS = 10_000
/** Of whom something is done again and again, with no longer pause than this, and for so long, no answer is ever after all of it: milliseconds. */
const [PAUSE_MS, RESTLESS_MS] = [10_000, 15_000]

type Known = {
  readonly funds: Funds
  readonly askedMs: number
  /** Whether it lasts so short that it is looked at often: there are many accounts, and to reckon takes a while. */
  readonly isSoonDry: boolean
}

/** What accounts had when the chain said so last. Nobody waits for it. */
export class FundsBook {
  readonly #options: FundsBookOptions
  readonly #known = new Map<Address, Known>()
  /** When an account was seen to be able to pay for more than before. */
  readonly #betterMs = new Map<Address, number>()
  /** Whose funds may have changed since they were asked for, and since when by the steady clock. */
  readonly #changedMs = new Map<Address, number>()
  /** Since when one such change has followed the other. */
  readonly #restlessMs = new Map<Address, number>()
  #isAsking = false
  #failedMs: number | undefined
  #notBeforeMs = 0

  constructor(options: FundsBookOptions) {
    this.#options = options
  }

  /** Returns what an account has by now; nothing where the chain never said. */
  get(account: Address): Funds | undefined {
    const known = this.#known.get(account)
    return known && fundsAt(known.funds, Math.floor(this.#options.clock.wallMs() / 1000))
  }

  /** Whether what is known of an account was said lately, and after all that was done since. */
  isFresh(account: Address): boolean {
    const { clock } = this.#options
    const known = this.#known.get(account)
    if (known === undefined) return false
    const isChanged = known.askedMs <= (this.#changedMs.get(account) ?? -Infinity)
    return !isChanged && clock.steadyMs() - known.askedMs < laterMs(known) + FAILED_MS
  }

  /** Whether what is known of an account may be acted upon: it is fresh, or it was just said, and something is done all the time. */
  isUsable(account: Address): boolean {
    if (this.isFresh(account)) return true
    const nowMs = this.#options.clock.steadyMs()
    const { askedMs = -Infinity } = this.#known.get(account) ?? {}
    const isRestless = nowMs - (this.#restlessMs.get(account) ?? nowMs) >= RESTLESS_MS
    return isRestless && nowMs - askedMs < SOON_MS + FAILED_MS
  }

  /** Whether an account is known to last for a while. */
  isAmple(account: Address): boolean {
    const known = this.#known.get(account)
    return known?.isSoonDry === false && known.funds.spendable >= 0n && this.isFresh(account)
  }

  /** Returns when an account was seen last to be able to pay for more than before, by the steady clock. */
  betterMs(account: Address): number | undefined {
    return this.#betterMs.get(account)
  }

  /** Whether the chain has not answered for a while. */
  isAway(): boolean {
    return (
      this.#failedMs !== undefined && this.#options.clock.steadyMs() - this.#failedMs >= AWAY_MS
    )
  }

  /** Something was done that changes what an account has. */
  change(account: Address): void {
    const nowMs = this.#options.clock.steadyMs()
    const isPaused = nowMs - (this.#changedMs.get(account) ?? -Infinity) > PAUSE_MS
    if (isPaused) this.#restlessMs.set(account, nowMs)
    this.#changedMs.set(account, nowMs)
  }

  /** Asks about the accounts for which it is time, unless it asks already, and along with them about those for which it soon is: all are answered by one look at the chain. */
  refresh(interests: readonly FundsInterest[]): void {
    const nowMs = this.#options.clock.steadyMs()
    if (this.#isAsking || nowMs < this.#notBeforeMs) return
    if (!interests.some((each) => this.#isDue(each, nowMs))) return
    const due = interests.filter((each) => this.#isDue(each, nowMs + EARLY_MS))
    void this.#ask(
      due.map(({ account }) => account),
      nowMs,
    )
  }

  #isDue({ account, isUrgent }: FundsInterest, atMs: number): boolean {
    const known = this.#known.get(account)
    if (known === undefined || !this.isFresh(account)) return true
    return atMs - known.askedMs >= (isUrgent || known.isSoonDry ? SOON_MS : laterMs(known))
  }

  async #ask(accounts: readonly Address[], askedMs: number): Promise<void> {
    const { ledger, clock, onFailure } = this.#options
    this.#isAsking = true
    try {
      for (const [account, funds] of await ledger.readFunds(accounts)) {
        if (isBetter(this.#known.get(account)?.funds, funds)) this.#betterMs.set(account, askedMs)
        this.#known.set(account, { funds, askedMs, isSoonDry: isSoonDry(funds) })
      }
      this.#failedMs = undefined
    } catch (failure) {
      this.#failedMs ??= askedMs
      this.#notBeforeMs = clock.steadyMs() + FAILED_MS
      onFailure(failure)
    } finally {
      this.#isAsking = false
    }
  }
}

function isSoonDry(funds: Funds): boolean {
  const dry = dryAt(funds)
  return dry !== undefined && dry - funds.at < SOON_SECONDS
}

function laterMs({ funds: { bufferSeconds } }: Known): number {
  return Math.min(LATER_MS, (bufferSeconds * 1000) / BUFFER_PARTS)
}

/** Whoever knew nothing before may have missed that it became better. */
function isBetter(before: Funds | undefined, funds: Funds): boolean {
  if (before === undefined) return true
  return (
    funds.spendable > fundsAt(before, funds.at).spendable ||
    funds.maxRate > before.maxRate ||
    (funds.isApproved && !before.isApproved)
  )
}
