import type { MasternodeId, Period } from '@nexqloud/kernel'
import {
  MISSING_PERIODS,
  periodEnd,
  periodStageOf,
  stepsToWait,
  type PeriodStage,
} from '@nexqloud/rules'

import { Agreement, type Computed, type SettlementParts } from './agreement.ts'
import { PeriodUnpaidError } from './errors.ts'
import { obtainFile } from './obtain-file.ts'
import type { RootState, Seat } from './ports.ts'
import { countOf, findUnpaid, push, skipPeriod, type Unpaid } from './push.ts'
import { SendCount } from './send-count.ts'

/** Of the time in which files may be posted, what one waits for another to do what it would pay for. */
const TURN_SHARE = 1 / 4
/** Of the time in which holders may be posted, when those that are missing are given up. */
const PATIENCE_SHARE = 1 / 2

/** What a look at a period goes by. */
type Look = {
  /** Chain seconds: asking others takes some. */
  readonly now: () => number
  readonly seats: readonly Seat[]
  readonly own: Seat
  readonly others: readonly MasternodeId[]
  readonly state: RootState
}

/** What a masternode does about one period, by what the chain says at each look: it may be killed at any moment. */
export class PeriodWork {
  readonly period: Period
  readonly agreement: Agreement
  readonly #parts: SettlementParts
  #attempts = 0
  #hasFiled = false
  #hasHeld = false
  #enoughAt: number | undefined
  readonly #sends = new SendCount()
  #hasToldUnpaid = false
  /** How many leaves were unpaid, and since when as many. */
  #unpaid = { count: 0, since: 0 }
  /** It was not over when this process began with it: what becomes of it is news. */
  #isNews = false
  #isSettled = false

  constructor(parts: SettlementParts, period: Period) {
    this.#parts = parts
    this.period = period
    this.agreement = new Agreement(parts, period)
  }

  get isSettled(): boolean {
    return this.#isSettled
  }

  /** Does what is to be done now. */
  async look(now: () => number, seats: readonly Seat[]): Promise<void> {
    await this.#lookOnce(now, seats)
    if (this.#isSettled) this.agreement.forget()
  }

  async #lookOnce(now: () => number, seats: readonly Seat[]): Promise<void> {
    const { ledger, key } = this.#parts
    const own = seats.find(({ signer }) => signer === key.signer)
    if (own === undefined) return
    const others = seats.filter((seat) => seat !== own).map(({ masternode }) => masternode)
    const end = this.#end
    const isOpen = now() <= end + 2 * ledger.postingSeconds
    const none: RootState = { accepted: undefined, proposal: undefined }
    const state = isOpen ? none : await ledger.readRoot(this.period)
    const stage = this.#stageAt(now(), state)
    this.#isNews ||= stage !== 'paying' && stage !== 'skipping'
    await this.#handlers[stage]({ now, seats, own, others, state })
  }

  #stageAt(now: number, { accepted }: RootState): PeriodStage {
    const { postingSeconds, calendar } = this.#parts.ledger
    return periodStageOf({
      now,
      end: this.#end,
      postingSeconds,
      periodSeconds: calendar.periodSeconds,
      acceptedAt: accepted?.at,
      isPaid: this.#isSettled,
    })
  }

  readonly #handlers: Readonly<Record<PeriodStage, (look: Look) => Promise<void>>> = {
    running: async () => {},
    filing: () => this.#file(),
    holding: (look) => this.#hold(look),
    agreeing: (look) => this.#agree(look, false),
    late: (look) => this.#agree(look, true),
    paying: (look) => this.#pay(look),
    skipping: (look) => this.#skip(look),
    settled: async () => {},
  }

  get #end(): number {
    return periodEnd(this.#parts.ledger.calendar, this.period)
  }

  async #file(): Promise<void> {
    const { ledger, files, tell } = this.#parts
    if (this.#hasFiled) return
    const file = await files.own(this.period)
    if (file === undefined) return
    const isDone = await ledger.postFile(this.period, file)
    this.#hasFiled = true
    if (isDone) tell({ event: 'filed', period: this.period, file })
  }

  async #hold({ now, others }: Look): Promise<void> {
    const { ledger, tell } = this.#parts
    if (this.#hasHeld) return
    const obtaining = { ...this.#parts, others, attempt: this.#attempts }
    this.#attempts += 1
    const posted = [...(await ledger.readFiles(this.period))]
    const found = await Promise.all(
      posted.map(async ([seat, file]) =>
        (await obtainFile(this.period, file, obtaining)) === undefined ? [] : [seat],
      ),
    )
    const seats = found.flat()
    const patience = ledger.postingSeconds * (1 + PATIENCE_SHARE)
    if (seats.length < posted.length && now() < this.#end + patience) return
    const isDone = await ledger.postHeld(
      this.period,
      seats.reduce((bits, seat) => bits | (1n << BigInt(seat)), 0n),
    )
    this.#hasHeld = true
    const missing = posted.length - seats.length
    if (isDone) tell({ event: 'held', period: this.period, files: seats.length, missing })
  }

  async #agree(look: Look, isLate: boolean): Promise<void> {
    const { ledger, tell } = this.#parts
    const { now, seats, others, state } = look
    const { proposal } = state
    const computed = await this.agreement.compute(others)
    if (computed === undefined) return
    await this.agreement.gather(computed, seats)
    const signed = this.agreement.enough(computed, { seats, isLate, proposal })
    if (signed !== undefined) {
      this.#enoughAt ??= now()
      if (!this.#isTurn(look, this.#enoughAt)) return
      const { root } = signed.root
      const isDone = await ledger.postRoot(signed.root, signed.signatures)
      if (!isDone) return
      tell({ event: 'rooted', period: this.period, root, signatures: signed.signatures.length })
    } else if (proposal !== undefined && this.#isTurn(look, proposal.finalAt)) {
      await ledger.acceptRoot(this.period)
    }
  }

  async #pay(look: Look): Promise<void> {
    const { accepted } = look.state
    if (accepted === undefined) return
    const computed = await this.agreement.compute(look.others)
    if (computed === undefined) return
    // Whose root is another one is told, also where a quorum was there before it was asked.
    if (this.#isNews) await this.agreement.gather(computed, look.seats)
    if (computed.root.root !== accepted.root) {
      // Those who agreed have what its proofs take.
      this.agreement.tellDifference('the chain', undefined)
      this.#isSettled = true
      return
    }
    const unpaid = await findUnpaid(this.#parts.ledger, computed)
    if (countOf(unpaid) === 0) return this.#finish(computed, unpaid)
    if (this.#isTurn(look, Math.max(accepted.at, this.#stuckSince(unpaid, look)))) {
      await this.#pushAll(computed, unpaid)
    }
  }

  /** Since when nobody has paid anything: who does it takes its time. */
  #stuckSince(unpaid: Unpaid, { now }: Look): number {
    const count = countOf(unpaid)
    if (count !== this.#unpaid.count) this.#unpaid = { count, since: now() }
    return this.#unpaid.since
  }

  async #pushAll(computed: Computed, unpaid: Unpaid): Promise<void> {
    const worthwhile = this.#sends.worthwhile(unpaid)
    if (countOf(worthwhile) > 0) {
      await push(this.#parts.ledger, computed, worthwhile)
      this.#sends.add(worthwhile)
    } else if (!this.#hasToldUnpaid) {
      this.#hasToldUnpaid = true
      throw new PeriodUnpaidError(this.period, unpaid)
    }
  }

  #finish({ root, leaves }: Computed, { waiting }: Unpaid): void {
    if (waiting > 0) return
    this.#isSettled = true
    if (!this.#isNews && this.#sends.isNone) return
    this.#parts.tell({
      event: 'settled',
      period: this.period,
      root: root.root,
      rewards: root.rewards,
      bills: leaves.bills.length,
      billedSeconds: leaves.bills.reduce((sum, { seconds }) => sum + seconds, 0),
      credits: leaves.credits.length,
    })
  }

  /** A root that came late, or is not paid yet, is paid as long as it can be: what is skipped is charged nothing. */
  async #skip(look: Look): Promise<void> {
    const { ledger, tell } = this.#parts
    const { accepted } = look.state
    if (accepted !== undefined) await this.#pay(look)
    const { calendar } = ledger
    const from = (accepted?.at ?? this.#end) + MISSING_PERIODS * calendar.periodSeconds
    if (this.#isSettled || !this.#isTurn(look, from)) return
    const { skipped, waiting } = await skipPeriod(ledger, this.period)
    if (skipped > 0) tell({ event: 'skipped', period: this.period, leases: skipped })
    this.#isSettled = skipped === 0 && waiting === 0
  }

  /** Whether this one is to do what one does for all, which could be done from a second on. */
  #isTurn({ now, seats, own }: Look, from: number): boolean {
    const active = seats.filter(({ isActive }) => isActive)
    const place = active.indexOf(own)
    const count = Math.max(1, active.length)
    const steps = place < 0 ? count : stepsToWait({ place, count, period: this.period })
    return now() >= from + steps * Math.ceil(this.#parts.ledger.postingSeconds * TURN_SHARE)
  }
}
