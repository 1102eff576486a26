import { createInstanceKey, parseAddress, type InstanceKey } from '@nexqloud/kernel'
import fc from 'fast-check'

import { findRefusal, fundsAt, type Funds } from '../src/meter/funds.ts'
import { graceFor, isGraceOver } from '../src/meter/grace.ts'
import { planFreeze, type FundedInstance, type FreezePlan } from '../src/meter/plan-freeze.ts'

const tenant = parseAddress(`0x${'a'.repeat(40)}`)
const [LOOK, BUFFER, GRACES] = [2, 60, 24]

/** Something that befalls an account, and how many looks pass then. */
export const fundedHappening = fc.record({
  what: fc.constantFrom('deposit', 'launch', 'remove', 'move', 'cut', 'approve', 'limit'),
  size: fc.nat({ max: 20 }),
  looks: fc.nat({ max: 60 }),
})

type FundedHappening = typeof fundedHappening extends fc.Arbitrary<infer Of> ? Of : never

type Thing = {
  readonly instance: InstanceKey
  readonly rate: bigint
  readonly priority: number
  readonly madeAt: number
  /** When its containers began to run; nothing while none does. */
  runsFrom: number | undefined
  leasedFrom: number | undefined
  isFrozen: boolean
}

/** An account, a chain that may be cut off, and what runs: a micro-USD an hour costs a wei a second, and nothing is ever billed. */
export function createFundedWorld() {
  const world = new FundedWorld()
  return {
    let: (each: FundedHappening) => world.let(each),
    lapses: (): readonly string[] => world.lapses(),
    /** Gives it all that it could need, and time to make use of it. */
    topUp: () => world.topUp(),
    standing: () => world.standing(),
  }
}

class FundedWorld {
  #now = 10_000
  #deposited = 3000n
  #spent = 0n
  #maxRate = 1000n
  #isApproved = true
  #isCut = false
  #things: Thing[] = []
  /** Whose leases may be open still. */
  #removed: Thing[] = []
  #made = 0
  #graceSince: number | undefined
  #known: Funds = this.#funds()
  /** Seconds in which something ran that the account could not pay for. */
  #unpaid = 0
  #events = 0
  readonly #lapses: string[] = []

  let({ what, size, looks }: FundedHappening): void {
    this.#events += 1
    const one = this.#things[size % Math.max(1, this.#things.length)]
    if (what === 'deposit') this.#deposited += BigInt(size) * 500n
    if (what === 'launch') this.#launch(size)
    if (what === 'remove' && one !== undefined) this.#remove(one)
    if (what === 'move' && one !== undefined) this.#stop(one)
    if (what === 'cut') this.#isCut = !this.#isCut
    if (what === 'approve') this.#isApproved = size > 3
    if (what === 'limit') this.#maxRate = BigInt(size) * 20n
    for (let look = 0; look < looks; look += 1) this.#look()
  }

  topUp(): void {
    this.#isCut = false
    this.#isApproved = true
    this.#maxRate = 10n ** 9n
    this.#deposited += 10n ** 9n
    for (let look = 0; look < 5; look += 1) this.#look()
  }

  standing(): { readonly frozen: number; readonly unleased: number } {
    return {
      frozen: this.#things.filter(({ isFrozen }) => isFrozen).length,
      unleased: this.#things.filter(({ leasedFrom }) => leasedFrom === undefined).length,
    }
  }

  lapses(): readonly string[] {
    const passed = this.#now - 10_000
    // Each thing that happens is seen a look later.
    const most = BUFFER * Math.ceil((passed + 1) / (GRACES * BUFFER)) + 2 * LOOK * this.#events
    return this.#unpaid > most
      ? [...this.#lapses, `${this.#unpaid} s unpaid of ${passed}`]
      : this.#lapses
  }

  #launch(size: number): void {
    this.#made += 1
    this.#things.push({
      instance: createInstanceKey(tenant, BigInt(this.#made)),
      rate: BigInt(1 + (size % 7) * 3),
      priority: size % 3,
      madeAt: this.#now,
      runsFrom: undefined,
      leasedFrom: undefined,
      isFrozen: false,
    })
  }

  #remove(one: Thing): void {
    this.#stop(one)
    this.#things = this.#things.filter((each) => each !== one)
    this.#removed.push(one)
  }

  /** Its containers are gone; a lease that nobody can close goes on. */
  #stop(one: Thing): void {
    one.runsFrom = undefined
    if (!this.#isCut) this.#close(one)
  }

  #close(one: Thing): void {
    if (one.leasedFrom !== undefined) this.#spent += one.rate * BigInt(this.#now - one.leasedFrom)
    one.leasedFrom = undefined
  }

  #funds(): Funds {
    const all = [...this.#things, ...this.#removed]
    const leased = all.filter(({ leasedFrom }) => leasedFrom !== undefined)
    const claimed = leased.reduce(
      (sum, { rate, leasedFrom = 0 }) => sum + rate * BigInt(this.#now - leasedFrom + BUFFER),
      0n,
    )
    return {
      at: this.#now,
      spendable: this.#deposited - this.#spent - claimed,
      rateSum: leased.reduce((sum, { rate }) => sum + rate, 0n),
      maxRate: this.#maxRate,
      isApproved: this.#isApproved,
      weiPerMicroUsd: 3600n,
      bufferSeconds: BUFFER,
    }
  }

  #look(): void {
    this.#now += LOOK
    for (const each of this.#things) {
      if (each.runsFrom === undefined && !each.isFrozen) each.runsFrom = this.#now
    }
    if (!this.#isCut) this.#followLeases()
    this.#known = this.#isCut ? fundsAt(this.#known, this.#now) : this.#funds()
    const plan = planFreeze({
      funds: this.#known,
      isKnown: !this.#isCut,
      isGraceOver: isGraceOver(this.#graceSince, this.#now, BUFFER),
      instances: this.#things.map(toFunded),
    })
    this.#check(plan)
    this.#do(plan)
  }

  #followLeases(): void {
    for (const each of this.#removed) this.#close(each)
    this.#removed = []
    for (const each of this.#things) if (each.runsFrom === undefined) this.#close(each)
    for (const each of this.#things) {
      if (each.runsFrom === undefined || each.leasedFrom !== undefined) continue
      if (findRefusal(this.#funds(), each.rate) === undefined) each.leasedFrom = this.#now
    }
  }

  #do({ freeze, resume, unpaid }: FreezePlan): void {
    if (unpaid.length > 0) {
      this.#unpaid += LOOK
      this.#graceSince = graceFor(this.#graceSince, this.#now, BUFFER)
    }
    for (const { instance } of freeze) {
      const one = this.#things.find((each) => each.instance === instance)
      if (one === undefined) continue
      if (one.runsFrom !== undefined && one.leasedFrom === undefined) this.#unpaid += LOOK
      this.#stop(one)
      one.isFrozen = true
    }
    for (const one of this.#things) {
      if (resume.includes(one.instance)) one.isFrozen = false
    }
  }

  /** What may never be, whoever acts. */
  #check({ freeze }: FreezePlan): void {
    for (const { instance } of freeze) {
      const one = this.#things.find((each) => each.instance === instance)
      if (one !== undefined && this.#couldPay(one, freeze.length)) {
        this.#lapses.push(`${instance} could be paid for`)
      }
    }
    const funds = this.#funds()
    const buffers = funds.rateSum * BigInt(BUFFER)
    const isRunning = this.#things.some(
      ({ runsFrom, leasedFrom }) => runsFrom !== undefined && leasedFrom !== undefined,
    )
    if (isRunning && funds.spendable + buffers < 0n) this.#lapses.push('a buffer was used up')
  }

  #couldPay({ leasedFrom, rate }: Thing, together: number): boolean {
    if (leasedFrom !== undefined) return this.#known.spendable >= 0n
    // Of several that wait, each could be paid for alone.
    return !this.#isCut && together === 1 && findRefusal(this.#funds(), rate) === undefined
  }
}

function toFunded(thing: Thing): FundedInstance {
  const { instance, rate, priority, madeAt, isFrozen } = thing
  return {
    instance,
    rate,
    priority,
    madeAt,
    isFrozen,
    isLeased: thing.leasedFrom !== undefined,
    isRunning: thing.runsFrom !== undefined,
    refusal: undefined,
  }
}
