import { createInstanceKey, type Address, type InstanceKey } from '@nexqloud/kernel'

import {
  accountIn,
  earliestStart,
  integralAt,
  leaseIn,
  spendableOf,
  type LeaseAction,
} from '../../src/index.ts'
import type { Agenda } from './agenda.ts'
import type { Chance } from './chance.ts'
import type { ConservedBook } from './conserved-book.ts'
import type { Device, Fleet } from './fleet.ts'
import { addressOf, anybody, delaySeconds, postingSeconds, type Masternode } from './network.ts'

/** A time in which an instance really ran; `to` is Infinity while it does. */
export type Run = {
  readonly instance: InstanceKey
  readonly device: Device
  readonly from: number
  to: number
}

/** A lease as the chain has it; `end` is Infinity while it is open. */
export type OpenedLease = {
  readonly instance: InstanceKey
  readonly token: bigint
  readonly device: Device
  readonly from: number
  end: number
}

/** One of the instances that a tenant always wants to have, one after the other. */
type Slot = {
  readonly account: Address
  readonly kind: number
  number: bigint
  /** Raised with everything that makes what was planned for it pointless. */
  epoch: number
  run: Run | undefined
  lease: OpenedLease | undefined
  /** Between two instances nothing is wanted. */
  isWanted: boolean
  isFrozen: boolean
}

/** Seconds that tenants want an instance for, and until they want the next one. */
const [RUN, PAUSE] = [60 * 3600, 600]
/** Until a lost device is noticed, and until an image is there: seconds. */
const [NOTICE, PULL] = [30, 15]
/** How often is tried again what the chain refuses. */
const AGAIN = 600

/** What tenants live in. */
export type TenancyParts = {
  readonly agenda: Agenda
  readonly chance: Chance
  readonly money: ConservedBook
  readonly masternodes: readonly Masternode[]
  readonly fleet: () => Fleet
}

/** Tenants, their instances, and the meter that opens and closes their leases. */
export class Tenancy {
  readonly accounts: readonly Address[]
  /** What ran, and the leases that were opened, as long as they may have to be settled. */
  runs: Run[] = []
  leases: OpenedLease[] = []
  readonly counts = { opened: 0, lost: 0, frozen: 0, refused: 0, closedByStrangers: 0 }
  readonly #slots: readonly Slot[]
  readonly #slotsOf: ReadonlyMap<Address, readonly Slot[]>
  readonly #onDevice = new Map<Device, Set<Slot>>()
  readonly #parts: TenancyParts
  #isOver = false

  constructor(
    { tenants, slots }: { readonly tenants: number; readonly slots: number },
    parts: TenancyParts,
  ) {
    this.#parts = parts
    this.accounts = Array.from({ length: tenants }, (_, place) => addressOf(0xcc, place + 1))
    this.#slots = Array.from({ length: slots }, (_, place) => ({
      account: addressOf(0xcc, (place % tenants) + 1),
      kind: (place % 3) + 1,
      number: BigInt(place) << 32n,
      epoch: 0,
      run: undefined,
      lease: undefined,
      isWanted: false,
      isFrozen: false,
    }))
    this.#slotsOf = Map.groupBy(this.#slots, ({ account }) => account)
  }

  begin(): void {
    const { agenda, chance } = this.#parts
    for (const slot of this.#slots) agenda.in(chance.below(3600), () => this.#launch(slot))
  }

  /** Everything on a device is gone at once. */
  lose(device: Device): void {
    for (const slot of this.#onDevice.get(device) ?? []) this.#loseRun(slot)
  }

  /** Lets go on what had to stop for want of money. */
  resume(account: Address): void {
    for (const slot of this.#slotsOf.get(account) ?? []) {
      if (!slot.isFrozen) continue
      slot.isFrozen = false
      if (slot.isWanted) this.#place(slot)
    }
  }

  /** Stops what cannot be paid any more: a masternode does, or before it a stranger for a reward. */
  sweep(account: Address): void {
    const { money, agenda, chance } = this.#parts
    const { prices } = money.book
    const own = accountIn(money.book, account)
    const integral = integralAt(prices, agenda.now)
    if (own.rateSum === 0n || spendableOf(own, integral) >= 0n) return
    for (const slot of this.#slotsOf.get(account) ?? []) {
      if (slot.lease === undefined) continue
      if (chance.share() < 0.3) this.#closeByStranger(slot.lease)
      this.#freeze(slot)
    }
  }

  /** Ends everything. */
  end(): void {
    this.#isOver = true
    for (const slot of this.#slots) {
      this.#endRun(slot)
      this.#closeSoon(slot, 1)
    }
  }

  #launch(slot: Slot): void {
    if (this.#isOver) return
    const { agenda, chance } = this.#parts
    slot.number += 1n
    slot.isWanted = true
    const { number } = slot
    agenda.in(chance.until(RUN), () => {
      if (slot.number !== number) return
      slot.isWanted = false
      this.#endRun(slot)
      this.#closeSoon(slot, 3)
      agenda.in(chance.until(PAUSE), () => this.#launch(slot))
    })
    if (!slot.isFrozen) this.#place(slot)
  }

  #place(slot: Slot): void {
    if (this.#isOver) return
    const { agenda, chance, fleet } = this.#parts
    slot.epoch += 1
    const { epoch } = slot
    const device = fleet().choose()
    agenda.in(5 + chance.until(PULL), () => {
      if (slot.epoch !== epoch) return
      if (device.outages.isOn) return this.#place(slot)
      const instance = createInstanceKey(slot.account, slot.number)
      slot.run = { instance, device, from: agenda.now, to: Infinity }
      this.runs.push(slot.run)
      const beside = this.#onDevice.get(device) ?? new Set()
      this.#onDevice.set(device, beside.add(slot))
      this.#openSoon(slot, slot.run)
    })
  }

  #loseRun(slot: Slot): void {
    const { agenda } = this.#parts
    this.counts.lost += 1
    this.#endRun(slot)
    const { epoch } = slot
    this.#closeSoon(slot, NOTICE)
    agenda.in(NOTICE + 5, () => {
      if (slot.epoch === epoch) this.#place(slot)
    })
  }

  #endRun(slot: Slot): void {
    slot.epoch += 1
    if (slot.run === undefined) return
    slot.run.to = this.#parts.agenda.now
    this.#onDevice.get(slot.run.device)?.delete(slot)
    slot.run = undefined
  }

  #freeze(slot: Slot): void {
    this.#endRun(slot)
    this.#closeSoon(slot, 1)
    slot.isFrozen = true
    this.counts.frozen += 1
  }

  #openSoon(slot: Slot, run: Run): void {
    this.#whenBlocked(1, (signer) => {
      if (slot.run !== run) return
      const { agenda, money } = this.#parts
      const last = leaseIn(money.book, run.instance)
      const terms = { calendar: money.book.calendar, delaySeconds, postingSeconds }
      const earliest = Math.max(earliestStart(terms, agenda.now), last?.end ?? 0)
      const startedAt = Math.max(run.from, earliest)
      const token = (last?.token ?? 0n) + 1n
      const { instance, device } = run
      const waited = startedAt - (last?.end ?? startedAt)
      const place = { instance, token, device: device.id, kind: slot.kind }
      const opening = { ...place, startedAt, waited }
      const outcome = money.do({ action: 'open', by: signer, at: agenda.now, opening })
      if (!outcome.done) return this.#takeRefusal(slot, run, outcome.refusal)
      slot.lease = { instance, token, device, from: startedAt, end: Infinity }
      this.leases.push(slot.lease)
      this.counts.opened += 1
    })
  }

  #takeRefusal(slot: Slot, run: Run, refusal: string): void {
    this.counts.refused += 1
    if (refusal === 'FundsTooLow') return this.#freeze(slot)
    if (refusal !== 'LeasesPriceNotFirm' && refusal !== 'LeaseStillOpen') {
      throw new Error(`An opening was refused: ${refusal}.`)
    }
    this.#parts.agenda.in(AGAIN, () => this.#openSoon(slot, run))
  }

  #closeSoon(slot: Slot, seconds: number): void {
    const { lease } = slot
    slot.lease = undefined
    if (lease === undefined) return
    this.#whenBlocked(seconds, (signer) => this.#close(lease, { action: 'close', by: signer }))
  }

  #closeByStranger(lease: OpenedLease): void {
    this.#close(lease, { action: 'closeInsolvent', by: anybody })
    if (lease.end !== Infinity) this.counts.closedByStrangers += 1
  }

  #close(
    lease: OpenedLease,
    how: Pick<
      Extract<LeaseAction, { readonly action: 'close' | 'closeInsolvent' }>,
      'action' | 'by'
    >,
  ): void {
    const { agenda, money } = this.#parts
    const { instance, token } = lease
    const outcome = money.do({ ...how, instance, token, at: agenda.now })
    if (outcome.done) lease.end = agenda.now
    else if (!['NotOpen', 'Solvent', 'LeasesSettlementStale'].includes(outcome.refusal)) {
      throw new Error(`A closing was refused: ${outcome.refusal}.`)
    }
  }

  /** Lets a masternode send something, which is in a block some seconds later; where all are down, once one is back. */
  #whenBlocked(seconds: number, send: (signer: Address) => void): void {
    const { agenda, chance, masternodes } = this.#parts
    agenda.in(seconds + chance.below(5), () => {
      const acting = masternodes.find(({ outages }) => !outages.isOn)
      if (acting === undefined) this.#whenBlocked(60, send)
      else send(acting.signer)
    })
  }
}
