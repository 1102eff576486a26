import type { Address, Clock, InstanceKey } from '@nexqloud/kernel'
import { StatusError } from '@nexqloud/kube'
import {
  chooseKind,
  graceFor,
  isGraceOver,
  planFreeze,
  type FreezePlan,
  type FundedInstance,
  type Funds,
  type FundsRefusal,
  type ListedKind,
} from '@nexqloud/rules'

import type { Pod } from '../object/object.ts'
import type { AccountNotes } from './account-notes.ts'
import { rankOf, type Charge } from './charge.ts'
import { isStopped, type Freezing } from './freezing.ts'
import type { FundsBook } from './funds-book.ts'
import { shapeOf } from './read-placed.ts'

/** What a freezer works with. */
export type FreezerOptions = {
  readonly clock: Pick<Clock, 'wallMs' | 'steadyMs'>
  readonly funds: FundsBook
  readonly notes: AccountNotes
  readonly freezing: Freezing
  readonly outlook: FreezeOutlook
}

/** What a freezer knows of leases and containers. */
export type FreezeOutlook = {
  /** What is sold, as the chain said last; nothing before it did. */
  readonly kinds: () => readonly ListedKind[] | undefined
  readonly isLeased: (instance: InstanceKey) => boolean
  /** Whether something was ever paid for; so it seems as long as nothing is known. */
  readonly hadLease: (instance: InstanceKey) => boolean
  /** Why the chain did not open a lease, where that is the account's own matter. */
  readonly refusalOf: (instance: InstanceKey) => FundsRefusal | undefined
  readonly isRunning: (pod: Pod) => boolean
  /** Another number as soon as what is said of a lease of that account may be otherwise. */
  readonly version: (account: Address) => number
}

/** All that an account pays for on this API. */
export type AccountCharges = {
  readonly account: Address
  readonly namespaces: readonly Pick<Pod, 'metadata'>[]
  readonly charges: readonly Charge[]
}

/** What was told to stop or to run is so for the API a moment later: milliseconds. */
const SETTLING_MS = 10_000

/** After so long what is frozen is tried again, whatever is known: milliseconds. */
const RESUME_MS = 300_000

/** Keeps what accounts cannot pay for from running, and has it run again once they can. */
export class Freezer {
  readonly #options: FreezerOptions
  /** What was told lately, and until when that counts more than what the API shows. */
  readonly #told = new Map<InstanceKey, { readonly isFrozen: boolean; readonly untilMs: number }>()
  /** Of what nothing waited for money, and what leases were said to be then. */
  readonly #calm = new WeakMap<AccountCharges, number>()
  /** Accounts that look insolvent, and since when: they are asked again before anything with a lease stops. */
  readonly #doubts = new Map<Address, number>()

  #rates: {
    readonly kinds: readonly ListedKind[]
    readonly bySpec: WeakMap<NonNullable<Pod['spec']>, bigint>
  } = { kinds: [], bySpec: new WeakMap() }

  constructor(options: FreezerOptions) {
    this.#options = options
  }

  /** Whether something of an account waits for money. */
  isUrgent(all: AccountCharges): boolean {
    const version = this.#options.outlook.version(all.account)
    // Of thousands nothing was told, nothing has happened to them, and their leases are as they were.
    if (this.#told.size === 0 && this.#calm.get(all) === version) return false
    const isUrgent = all.charges.some((each) => this.#isFrozen(each) || !this.#isLeased(each))
    if (!isUrgent) this.#calm.set(all, version)
    return isUrgent
  }

  async tend(all: AccountCharges): Promise<void> {
    const { funds: book } = this.#options
    const funds = book.get(all.account)
    const kinds = this.#options.outlook.kinds()
    if (funds === undefined || kinds === undefined) return this.#stopUnknown(all)
    if (funds.spendable >= 0n) this.#doubts.delete(all.account)
    if (funds.spendable >= 0n && !this.isUrgent(all)) return
    if (!book.isUsable(all.account) && !book.isAway()) return
    await this.#act(all, funds, kinds)
  }

  async #act(all: AccountCharges, funds: Funds, kinds: readonly ListedKind[]): Promise<void> {
    const { notes, freezing, outlook, funds: book } = this.#options
    const { account, namespaces } = all
    const { at: now, bufferSeconds } = funds
    const { graceSince } = notes.get(account, namespaces)
    const plan = planFreeze({
      funds,
      isKnown: !book.isAway(),
      isGraceOver: isGraceOver(graceSince, now, bufferSeconds),
      instances: all.charges.map((charge) => this.#describe(charge, kinds)),
    })
    const isGraceNeeded = plan.unpaid.length > 0
    const since = isGraceNeeded ? graceFor(graceSince, now, bufferSeconds) : graceSince
    if (since !== graceSince) await notes.write(account, namespaces, { graceSince: since })
    if (this.#isDoubtful(all, plan)) return
    const byKey = new Map(all.charges.map((charge) => [charge.key, charge]))
    const freezes = plan.freeze.map(({ instance, reason }) => async () => {
      const hadLease = outlook.hadLease(instance)
      await this.#tell(byKey.get(instance), true, (charge) =>
        freezing.freeze(charge, { reason, hadLease }),
      )
    })
    const resumes = plan.resume.map((instance) => async () => {
      const charge = byKey.get(instance)
      if (charge !== undefined && this.#mayResume(account, charge)) {
        await this.#tell(charge, false, freezing.resume)
      }
    })
    await doEach([...freezes, ...resumes])
  }

  /** Where the chain refuses what the account seems to have, nothing stops and starts in turns: something has to be better than when it stopped. */
  #mayResume(account: Address, { instance }: Charge): boolean {
    const { funds: book, clock } = this.#options
    const stoppedForMs = clock.wallMs() - Date.parse(instance?.status?.frozen?.at ?? '')
    const betterForMs = clock.steadyMs() - (book.betterMs(account) ?? -Infinity)
    return stoppedForMs >= RESUME_MS || betterForMs <= stoppedForMs
  }

  /** What stops that has a lease stops by what the chain says after that looked so: closings by others are seen before what they gave back. */
  #isDoubtful({ account }: AccountCharges, { freeze }: FreezePlan): boolean {
    const { funds: book, clock, outlook } = this.#options
    if (!freeze.some(({ instance }) => outlook.isLeased(instance)) || book.isAway()) {
      this.#doubts.delete(account)
      return false
    }
    const isNew = !this.#doubts.has(account)
    if (isNew) {
      this.#doubts.set(account, clock.steadyMs())
      book.change(account)
    }
    return isNew || !book.isFresh(account)
  }

  /** The chain is away, and never said what an account has: what was written down counts. */
  async #stopUnknown(all: AccountCharges): Promise<void> {
    const { funds: book, notes, clock, freezing, outlook } = this.#options
    const { paidUntil } = notes.get(all.account, all.namespaces)
    if (!book.isAway() || paidUntil === undefined || clock.wallMs() < paidUntil * 1000) return
    const running = all.charges.filter((charge) => !this.#isFrozen(charge))
    const freezes = running.map((charge) => async () => {
      const hadLease = outlook.hadLease(charge.key)
      await this.#tell(charge, true, (each) =>
        freezing.freeze(each, { reason: 'FundsTooLow', hadLease }),
      )
    })
    await doEach(freezes)
  }

  async #tell(
    charge: Charge | undefined,
    isFrozen: boolean,
    act: (charge: Charge) => Promise<void>,
  ): Promise<void> {
    if (charge === undefined) return
    const untilMs = this.#options.clock.steadyMs() + SETTLING_MS
    await act(charge)
    this.#told.set(charge.key, { isFrozen, untilMs })
  }

  #describe(charge: Charge, kinds: readonly ListedKind[]): FundedInstance {
    const { key: instance, pod } = charge
    const { outlook } = this.#options
    return {
      ...rankOf(charge),
      rate: this.#rateOf(pod?.spec ?? charge.instance?.spec.template.spec, kinds),
      isLeased: this.#isLeased(charge),
      isFrozen: this.#isFrozen(charge),
      isRunning: pod !== undefined && outlook.isRunning(pod),
      refusal: outlook.refusalOf(instance),
    }
  }

  /** What a specification costs is worked out once: there are thousands, and they do not change. */
  #rateOf(spec: Pod['spec'], kinds: readonly ListedKind[]): bigint {
    if (spec === undefined) return 0n
    if (this.#rates.kinds !== kinds) this.#rates = { kinds, bySpec: new WeakMap() }
    const { bySpec } = this.#rates
    try {
      const rate = bySpec.get(spec) ?? chooseKind(shapeOf({ spec }), kinds)?.microUsdPerHour ?? 0n
      bySpec.set(spec, rate)
      return rate
    } catch {
      // The API takes templates that no pod can be made of: nothing of that size is sold.
      return 0n
    }
  }

  #isLeased({ key }: Charge): boolean {
    return this.#options.outlook.isLeased(key)
  }

  #isFrozen(charge: Charge): boolean {
    const told = this.#told.get(charge.key)
    const isRecent = told !== undefined && told.untilMs > this.#options.clock.steadyMs()
    if (told !== undefined && !isRecent) this.#told.delete(charge.key)
    if (isRecent) return told.isFrozen
    return isStopped(charge, () => this.#options.outlook.hadLease(charge.key))
  }
}

/** What the API refuses of one, e.g. as it is too large to be written to, keeps none of the others from being done. */
async function doEach(deeds: readonly (() => Promise<void>)[]): Promise<void> {
  const refusals: StatusError[] = []
  for (const deed of deeds) {
    try {
      await deed()
    } catch (failure) {
      if (!(failure instanceof StatusError)) throw failure
      refusals.push(failure)
    }
  }
  if (refusals[0] !== undefined) throw refusals[0]
}
