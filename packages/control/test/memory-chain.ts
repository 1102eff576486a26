/** The settlement's contracts in memory, by their rules on who may say what when. */

import {
  parseAddress,
  parseMasternodeId,
  type Address,
  type Clock,
  type InstanceKey,
  type Period,
} from '@nexqloud/kernel'
import {
  createCalendar,
  LATE_PERIODS,
  majorityOf,
  periodEnd,
  periodOf,
  periodStart,
  quorumOf,
  type CreditLeaf,
  type InstanceMonth,
  type LeaseRef,
  type RewardLeaf,
} from '@nexqloud/rules'

import type { CommittedFile, Hash, PeriodRoot, RootState, Seat } from '../src/settle/ports.ts'

/** Periods of a local network. */
export const calendar = createCalendar({ genesisTime: 1_000_000, periodSeconds: 300 })
/** As on a local network. */
export const POSTING_SECONDS = 20
const CHALLENGE_PERIODS = 2
/** Who posted no file for so long is not active. */
const ACTIVE_PERIODS = 4

type Settling = {
  readonly files: Map<number, CommittedFile>
  readonly held: Map<number, bigint>
  needed: number
  accepted?: { readonly root: PeriodRoot; readonly at: number }
  proposal?: { readonly root: PeriodRoot; readonly signatures: number; readonly finalAt: number }
  readonly paid: Set<number>
}

/** What was billed of a lease. */
type Billed = { readonly period: Period; readonly token: bigint; readonly seconds: number }

/** A chain on which so many masternodes are admitted, and leases run since its genesis. */
export class MemoryChain {
  /** What was sent, e.g. `2 postFile 7`: seat, call, period. */
  readonly sent: string[] = []
  readonly paidWei = new Map<Address, bigint>()
  readonly billed: Billed[] = []
  /** What each period credits. */
  months: readonly InstanceMonth[] = []
  /** In wei. */
  readonly credited = new Map<InstanceKey, bigint>()
  /** It takes what pays, and pays nobody. */
  isDeaf = false
  readonly #clock: Pick<Clock, 'wallMs'>
  readonly #count: number
  readonly #periods = new Map<Period, Settling>()
  readonly #lastFiled = new Map<number, number>()
  readonly #billedUntil: Map<LeaseRef, number>

  constructor(
    clock: Pick<Clock, 'wallMs'>,
    { count, leases }: { readonly count: number; readonly leases: readonly LeaseRef[] },
  ) {
    this.#clock = clock
    this.#count = count
    this.#billedUntil = new Map(leases.map((lease) => [lease, calendar.genesisTime]))
  }

  of(period: Period): Settling {
    const none = { files: new Map(), held: new Map(), needed: 0, paid: new Set<number>() }
    const found = this.#periods.get(period) ?? none
    this.#periods.set(period, found)
    return found
  }

  seats(): readonly Seat[] {
    return Array.from({ length: this.#count }, (_, seat) => ({
      seat,
      masternode: parseMasternodeId(seat + 1),
      signer: signerOf(seat),
      isActive: this.#isActive(seat),
    }))
  }

  /** The files that a quorum holds. */
  setOf(period: Period): readonly CommittedFile[] {
    const { files, held, needed } = this.of(period)
    return [...files].flatMap(([seat, file]) => {
      const holders = [...held.values()].filter((bits) => (bits >> BigInt(seat)) & 1n)
      return holders.length >= needed ? [file] : []
    })
  }

  rootOf(period: Period): RootState {
    const { accepted, proposal } = this.of(period)
    return {
      accepted: accepted && { root: accepted.root.root, at: accepted.at },
      proposal: proposal && { ...proposal, root: proposal.root.root },
    }
  }

  owed() {
    return [...this.#billedUntil].map(([lease, from]) => ({ lease, from }))
  }

  postFile(seat: number, period: Period, hash: Hash): void {
    const end = periodEnd(calendar, period)
    const { files } = this.of(period)
    if (!this.#isWithin(end, end + POSTING_SECONDS) || files.has(seat)) return
    files.set(seat, { masternode: parseMasternodeId(seat + 1), hash })
    this.#lastFiled.set(seat, period)
  }

  postHeld(seat: number, period: Period, bits: bigint): void {
    const due = periodEnd(calendar, period) + POSTING_SECONDS
    const found = this.of(period)
    if (!this.#isWithin(due + 1, due + POSTING_SECONDS) || found.held.has(seat)) return
    if (found.held.size === 0) found.needed = quorumOf(this.#active().length, this.#count)
    found.held.set(seat, bits)
  }

  postRoot(root: PeriodRoot, signatures: readonly Hash[]): void {
    this.#isWithin(periodEnd(calendar, root.period) + 2 * POSTING_SECONDS + 1, Infinity)
    const found = this.of(root.period)
    if (found.accepted !== undefined) return
    this.#requireSigned(root, signatures)
    if (signatures.length >= quorumOf(this.#active().length, this.#count)) {
      this.#accept(found, root)
    } else {
      this.#propose(found, root, signatures.length)
    }
  }

  acceptRoot(period: Period): void {
    const found = this.of(period)
    const { proposal } = found
    if (proposal !== undefined && this.#now >= proposal.finalAt) this.#accept(found, proposal.root)
  }

  pay(period: Period, { device, account, amount }: RewardLeaf): void {
    if (this.isDeaf || this.of(period).paid.has(device)) return
    this.of(period).paid.add(device)
    this.paidWei.set(account, (this.paidWei.get(account) ?? 0n) + amount)
  }

  bill(period: Period, { instance, token }: LeaseRef, seconds: number): void {
    const found = [...this.#billedUntil].find(
      ([lease]) => lease.instance === instance && lease.token === token,
    )
    if (this.isDeaf || found?.[1] !== periodStart(calendar, period)) return
    this.#billedUntil.set(found[0], periodEnd(calendar, period))
    this.billed.push({ period, token, seconds })
  }

  credit({ instance, amount }: CreditLeaf): void {
    if (!this.isDeaf && !this.credited.has(instance)) this.credited.set(instance, amount)
  }

  get #now(): number {
    return Math.floor(this.#clock.wallMs() / 1000)
  }

  #isActive(seat: number): boolean {
    const due = periodOf(calendar, Math.max(calendar.genesisTime, this.#now - POSTING_SECONDS))
    return (this.#lastFiled.get(seat) ?? -1) >= due - ACTIVE_PERIODS
  }

  #active(): readonly Seat[] {
    return this.seats().filter(({ isActive }) => isActive)
  }

  #isWithin(from: number, until: number): boolean {
    if (this.#now < from) throw new Error(`It is ${this.#now}, and too early before ${from}.`)
    return this.#now <= until
  }

  #requireSigned(root: PeriodRoot, signatures: readonly Hash[]): void {
    const signers = signatures.map((signature) => signature.slice(0, 42))
    const isOrdered = signers.every((signer, at) => at === 0 || signer > (signers[at - 1] ?? ''))
    const known = this.#active().filter(({ signer }) => signers.includes(signer))
    const isGenuine = signatures.every((each, at) => each === sign(signers[at] ?? '', root))
    if (!isOrdered || !isGenuine || known.length < signers.length) {
      throw new Error('These are no signatures in order.')
    }
  }

  #propose(found: Settling, root: PeriodRoot, signatures: number): void {
    const lateAt = periodEnd(calendar, root.period) + LATE_PERIODS * calendar.periodSeconds
    const { proposal } = found
    if (this.#now < lateAt || signatures < majorityOf(this.#count)) throw new Error('Too few.')
    if (signatures <= (proposal?.signatures ?? 0)) return
    const challenged = this.#now + CHALLENGE_PERIODS * calendar.periodSeconds
    const finalAt = proposal?.root.root === root.root ? proposal.finalAt : challenged
    found.proposal = { root, signatures, finalAt }
  }

  #accept(found: Settling, root: PeriodRoot): void {
    found.accepted ??= { root, at: this.#now }
    delete found.proposal
  }
}

/** Returns the key of whoever is in a seat. */
export function signerOf(seat: number): Address {
  return parseAddress(`0x${String(seat + 1).repeat(40)}`)
}

/** Returns a signature that nobody checks but by doing the same: the signer, and what was signed. */
export function sign(signer: string, { period, root, rewards, inputs }: PeriodRoot): Hash {
  const said = Buffer.from([period, root, rewards, inputs].join(' ')).toString('hex')
  return `${signer as Hash}${said}`
}
