import {
  accountOf,
  type Address,
  type Clock,
  type DeviceId,
  type InstanceKey,
} from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'
import {
  byFreezeOrder,
  type FreezeRank,
  type Funds,
  type FundsRefusal,
  type LeaseOpening,
  type LeaseRef,
  type ListedKind,
} from '@nexqloud/rules'

import { uidOf, type Pod } from '../object/object.ts'
import { createEventRecorder } from '../object/record-event.ts'
import { METER } from './actor.ts'
import { rankOf } from './charge.ts'
import { DueInstances, type DuePlan, type PodsThere } from './due-instances.ts'
import type { FundsBook } from './funds-book.ts'
import { LeaseCloser } from './lease-closer.ts'
import type { KnownLease, MeterLedger, MeterView, RefusedOpening } from './meter-ledger.ts'
import type { PodSightings } from './pod-sightings.ts'
import { isOfAccount, isPassing } from './refusal-words.ts'
import { Retries } from './retries.ts'
import { tellRefusal } from './tell-refusal.ts'
import { weighOpenings } from './weigh-openings.ts'

/** What keeps leases. */
export type LeaseKeeperOptions = {
  readonly client: KubeClient
  readonly ledger: MeterLedger
  readonly clock: Clock
  readonly sightings: PodSightings
  readonly funds: FundsBook
  /** Told of each failure after which it goes on. */
  readonly onFailure: (failure: unknown) => void
}

/** What there is on this API. */
export type Placed = {
  /** Where something has become of a pod, or of what it belongs to, since the last look. */
  readonly changed: ReadonlySet<string>
  readonly podOf: PodsThere['podOf']
  readonly belongingOf: PodsThere['belongingOf']
  /** Whether a device is, or was lately, driven from here. */
  readonly isHere: (device: DeviceId) => boolean
}

/** A pod that no size holds that is sold, and who would pay for it. */
type TooLarge = { readonly pod: Pod; readonly account: Address }

/** What leases are opened for, and what the chain said of them. */
type OpeningScene = {
  readonly podOf: ReadonlyMap<InstanceKey, Pod>
  readonly view: MeterView
  /** Accounts of which leases are closed just before. */
  readonly closed: ReadonlySet<Address>
}

/** While nothing waits, the chain is looked at so often: milliseconds. What others open and close there is seen no later. */
const IDLE_LOOK_MS = 5000

/** Has the leases on the chain follow what runs. */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions
  #view: MeterView | undefined
  #viewedMs = -Infinity
  /** Leases that were opened after the view was read. */
  readonly #opened = new Set<InstanceKey>()
  readonly #openings = new Retries()
  readonly #closer: LeaseCloser
  readonly #due = new DueInstances()
  /** How many of the chain's changes were seen. */
  #seen = 0
  /** Rises by account with whatever may be said otherwise of its leases. */
  readonly #versions = new Map<Address, number>()
  /** Whose closings were wanted at the last look: what is refused is said of them alone. */
  #closing: readonly InstanceKey[] = []
  /** What no listed kind holds, by uid; nothing in the place of a pod whose tenant was told so. */
  readonly #tooLarge = new Map<string, TooLarge | undefined>()
  readonly #record: ReturnType<typeof createEventRecorder>

  constructor(options: LeaseKeeperOptions) {
    this.#options = options
    this.#closer = new LeaseCloser(options)
    this.#record = createEventRecorder(options.client, { ...options, actor: METER })
  }

  forget(pod: Pod): void {
    this.#tooLarge.delete(uidOf(pod))
  }

  /** Returns another number as soon as what is said here of a lease of an account may be otherwise. */
  versionOf(account: Address): number {
    if (this.#view === undefined) return -1
    return this.#versions.get(account) ?? 0
  }

  /** Returns what is sold, as the chain said last. */
  kinds(): readonly ListedKind[] | undefined {
    return this.#view?.kinds
  }

  /** Returns when the newest block was made that was read: chain second. */
  blockTime(): number | undefined {
    return this.#view?.blockTime
  }

  /** What is open, is not for what runs, and is not ours to close pays for nothing. */
  isLeased(instance: InstanceKey): boolean {
    if (this.#opened.has(instance)) return true
    const lease = this.#view?.leases.get(instance)
    return lease !== undefined && lease.end === undefined && this.#isOurs(instance, lease)
  }

  /** As long as the chain has said nothing, it may have had one. */
  hadLease(instance: InstanceKey): boolean {
    if (this.#view === undefined || this.#opened.has(instance)) return true
    const lease = this.#view.leases.get(instance)
    return lease !== undefined && this.#isOurs(instance, lease)
  }

  #isOurs(instance: InstanceKey, { token }: KnownLease): boolean {
    return !this.#closer.isRefused({ instance, token })
  }

  /** Returns why the chain did not open a lease, where that is a matter of its account, which has not become better since. */
  refusalOf(instance: InstanceKey): FundsRefusal | undefined {
    const reason = this.#openings.reasonOf(instance, this.#betterMs(instance))
    return isOfAccount(reason) ? reason : undefined
  }

  /** Has the chain agree with what is there; returns whether that went well. */
  async look({ changed, podOf, belongingOf, isHere }: Placed): Promise<boolean> {
    const { ledger, sightings, clock, onFailure } = this.#options
    this.#due.note(changed)
    const nowMs = clock.steadyMs()
    const isIdle = !this.#due.isWaiting && this.#opened.size === 0 && this.#closing.length === 0
    if (isIdle && nowMs - this.#viewedMs < IDLE_LOOK_MS) return true
    try {
      const view = await ledger.read()
      this.#viewedMs = nowMs
      this.#touch([...this.#opened, ...view.changes.slice(this.#seen)])
      this.#seen = view.changes.length
      this.#view = view
      this.#opened.clear()
      if (view.masternode === undefined) return true
      const paidSince = (pod: Pod): number | undefined => sightings.paidSince(pod)
      const plan = this.#due.plan(view, { podOf, belongingOf, paidSince })
      // The chain is shared with masternodes of other APIs, who know what runs there. What is for a pod of this one is ours, wherever its lease says that it is.
      const own = plan.closings.filter((ref) => {
        const lease = view.leases.get(ref.instance)
        const isOurs = plan.podOf.has(ref.instance) || this.#closer.isRefused(ref)
        return (
          lease !== undefined &&
          (isOurs || lease.opener === view.masternode || isHere(lease.device))
        )
      })
      const inOrder = inTenantsOrder(plan.openings, (instance) => {
        const pod = plan.podOf.get(instance)
        return rankOf({ key: instance, pod, instance: pod && belongingOf(pod).instance })
      })
      const due = this.#closer.choose(own)
      const closed = new Set(due.map(({ instance }) => accountOf(instance)))
      // One is sent after the other, and neither waits for the other's block: they share one.
      const [closing, opening] = await Promise.allSettled([
        this.#closer.close(due),
        this.#open(inOrder, { podOf: plan.podOf, view, closed }),
      ])
      if (closing.status === 'rejected') throw closing.reason
      this.#noteClosing(own)
      if (opening.status === 'rejected') throw opening.reason
      plan.tooLarge.forEach((each) => this.#noteTooLarge(each))
      await this.#tellTooLarge()
      return true
    } catch (failure) {
      onFailure(failure)
      return false
    }
  }

  /** What the chain refuses to close is ours no more. */
  #noteClosing(own: readonly LeaseRef[]): void {
    this.#touch(this.#closing)
    this.#closing = own.map(({ instance }) => instance)
    this.#touch(this.#closing)
  }

  /** One that no listed kind holds is as one that is not ready: nothing is opened for it, and what is open by a kind that is not sold any more stays. */
  #noteTooLarge({ pod, instance }: DuePlan['tooLarge'][number]): void {
    const uid = uidOf(pod)
    if (!this.#tooLarge.has(uid)) this.#tooLarge.set(uid, { pod, account: accountOf(instance) })
  }

  async #tellTooLarge(): Promise<void> {
    for (const [uid, found] of this.#tooLarge) {
      if (found === undefined) continue
      const { pod, account } = found
      this.#tooLarge.set(uid, undefined)
      await tellRefusal(this.#record, pod, { reason: 'TooLarge', account })
    }
  }

  async #open(
    openings: readonly LeaseOpening[],
    { podOf, view, closed }: OpeningScene,
  ): Promise<void> {
    const { ledger, clock } = this.#options
    this.#openings.keep(openings)
    const nowMs = clock.steadyMs()
    const isInTime = ({ instance }: LeaseOpening) => this.#openings.isDue(instance, nowMs)
    const due = openings.filter((opening) => {
      const { instance } = opening
      if (isInTime(opening)) return true
      // What is no matter of its account is no better for a deposit, and one of which nobody knows what it has now has to wait.
      const isMoney = isOfAccount(this.#openings.reasonOf(instance))
      const isKnown = this.#knownFunds(accountOf(instance), closed) !== undefined
      return isMoney && isKnown && this.#openings.isDue(instance, nowMs, this.#betterMs(instance))
    })
    const { payable, refused } = weighOpenings(due, {
      kinds: view.kinds,
      fundsOf: (account) => this.#knownFunds(account, closed),
      nowSeconds: clock.wallMs() / 1000,
      isHurried: (opening) => !isInTime(opening),
    })
    const sent = payable.length === 0 ? [] : await ledger.open(payable)
    this.#noteOpened(payable, sent)
    await this.#refuse([...refused, ...sent], podOf)
  }

  /** What an account has once leases of it were closed is known to the chain alone. */
  #knownFunds(account: Address, closed: ReadonlySet<Address>): Funds | undefined {
    const { funds } = this.#options
    return funds.isFresh(account) && !closed.has(account) ? funds.get(account) : undefined
  }

  #noteOpened(sent: readonly LeaseOpening[], refused: readonly RefusedOpening[]): void {
    const isRefused = new Set(refused.map(({ opening: { instance } }) => instance))
    const opened = sent.filter(({ instance }) => !isRefused.has(instance))
    for (const { instance } of opened) this.#opened.add(instance)
    this.#touch(this.#opened)
    this.#noteChange(opened)
  }

  async #refuse(
    refused: readonly RefusedOpening[],
    podOf: ReadonlyMap<InstanceKey, Pod>,
  ): Promise<void> {
    const told = refused.filter(
      ({ opening: { instance }, reason }) => this.#openings.reasonOf(instance) !== reason,
    )
    this.#openings.refuse(
      refused.map(({ opening: { instance }, reason }) => ({ instance, reason })),
      this.#options.clock.steadyMs(),
    )
    for (const { opening, reason } of told) {
      const pod = podOf.get(opening.instance)
      const account = accountOf(opening.instance)
      if (pod !== undefined && !isPassing(reason)) {
        await tellRefusal(this.#record, pod, { reason, account })
      }
    }
  }

  #touch(leases: Iterable<InstanceKey>): void {
    const accounts = new Set([...leases].map(accountOf))
    for (const account of accounts) {
      this.#versions.set(account, (this.#versions.get(account) ?? 0) + 1)
    }
  }

  #noteChange(leases: readonly { readonly instance: InstanceKey }[]): void {
    for (const account of new Set(leases.map(({ instance }) => accountOf(instance)))) {
      this.#options.funds.change(account)
    }
  }

  #betterMs(instance: InstanceKey): number | undefined {
    return this.#options.funds.betterMs(accountOf(instance))
  }
}

/** What its tenant wants to stay longest has the account's money first. */
function inTenantsOrder(
  openings: readonly LeaseOpening[],
  rankOfInstance: (instance: InstanceKey) => FreezeRank,
): readonly LeaseOpening[] {
  const ranked = openings.map((opening) => ({ opening, rank: rankOfInstance(opening.instance) }))
  return ranked
    .toSorted((one, other) => byFreezeOrder(one.rank, other.rank))
    .map(({ opening }) => opening)
}
