import type { DeviceId, MasternodeId, Period } from '@nexqloud/kernel'
import { majorityOf, quorumOf, type PeriodLeaves, type SettledFile } from '@nexqloud/rules'

import { findDifference } from './find-difference.ts'
import { obtainFile } from './obtain-file.ts'
import type {
  Hash,
  PeriodInputs,
  PeriodRoot,
  RootState,
  Seat,
  Settled,
  SettlementFiles,
  SettlementKey,
  SettlementLedger,
  SettlementNews,
  SettlementPeers,
  SignedRoot,
} from './ports.ts'

/** Who computed otherwise may have come to so many leaves more, and is still listened to. */
const FURTHER_LEAVES = 100

/** What settling works with. */
export type SettlementParts = {
  readonly ledger: SettlementLedger
  readonly peers: SettlementPeers
  readonly files: SettlementFiles
  readonly key: SettlementKey
  readonly tell: (news: SettlementNews) => void
}

/** What a period comes to, as it was computed here. */
export type Computed = Settled & Pick<PeriodInputs, 'leases'>

/** Signatures under one root, in the order of their signers. */
export type Signed = { readonly root: PeriodRoot; readonly signatures: readonly Hash[] }

/** What masternodes say of one period's root. */
export class Agreement {
  readonly #parts: SettlementParts
  readonly #period: Period
  /** By masternode, what each has signed. */
  readonly #signed = new Map<MasternodeId, SignedRoot>()
  readonly #told = new Set<MasternodeId | 'the chain'>()
  #computed: Computed | undefined
  #own: SignedRoot | undefined
  #attempts = 0

  constructor(parts: SettlementParts, period: Period) {
    this.#parts = parts
    this.#period = period
  }

  /** What this one has signed; nothing before. */
  get own(): SignedRoot | undefined {
    return this.#own
  }

  get leaves(): PeriodLeaves | undefined {
    return this.#computed?.leaves
  }

  /** Returns what the period comes to; nothing while what that takes is not here. */
  async compute(others: readonly MasternodeId[]): Promise<Computed | undefined> {
    if (this.#computed !== undefined) return this.#computed
    const { ledger, files } = this.#parts
    const inputs = await ledger.readInputs(this.#period)
    if (inputs === undefined) return undefined
    const set = await this.#obtain(inputs, others)
    if (set === undefined) return undefined
    const settled = inputs.settle(set)
    await files.keep(this.#period, settled.inputs)
    this.#computed = { ...settled, leases: inputs.leases }
    return this.#computed
  }

  /** Lets go of what was computed: of 100,000 devices that are some 40 MB. What was signed stays. */
  forget(): void {
    this.#computed = undefined
  }

  /** Signs what was computed, and asks the others that have not said theirs. */
  async gather(computed: Computed, seats: readonly Seat[]): Promise<void> {
    const { key, tell } = this.#parts
    if (this.#own === undefined) {
      this.#own = { ...computed.root, signature: await key.sign(computed.root) }
      tell({ event: 'signed', period: this.#period, root: computed.root.root })
    }
    const unheard = seats.filter(
      ({ masternode, signer, isActive }) =>
        isActive && signer !== key.signer && !this.#signed.has(masternode),
    )
    await Promise.all(unheard.map((seat) => this.#ask(seat, computed)))
  }

  /** Returns the signatures of active masternodes under the own root; nothing while that are not enough for the chain to take it. */
  enough({ root }: Computed, { seats, isLate, proposal }: Electorate): Signed | undefined {
    const signed = seats.filter(({ isActive }) => isActive).flatMap((seat) => this.#of(seat, root))
    const active = seats.filter(({ isActive }) => isActive).length
    const quorum = quorumOf(active, seats.length)
    const needed = isLate ? Math.min(quorum, majorityOf(seats.length)) : quorum
    const isStronger = signed.length >= quorum || signed.length > (proposal?.signatures ?? 0)
    if (signed.length < needed || !isStronger) return undefined
    const inOrder = signed.toSorted((left, right) => (left.signer < right.signer ? -1 : 1))
    return { root, signatures: inOrder.map(({ signature }) => signature) }
  }

  /** Tells once that the root of somebody, or that of the chain, is another one than was computed here. */
  tellDifference(from: MasternodeId | 'the chain', device: DeviceId | undefined): void {
    if (this.#told.has(from)) return
    this.#told.add(from)
    this.#parts.tell({ event: 'differs', period: this.#period, from, device })
  }

  #of(
    { signer, masternode }: Seat,
    root: PeriodRoot,
  ): readonly { readonly signer: string; readonly signature: Hash }[] {
    const said = signer === this.#parts.key.signer ? this.#own : this.#signed.get(masternode)
    return said !== undefined && isSame(said, root) ? [{ signer, signature: said.signature }] : []
  }

  async #ask({ masternode, signer }: Seat, computed: Computed): Promise<void> {
    const { peers, key } = this.#parts
    // Who does not answer is asked again at the next look.
    const said = await peers.fetchRoot(masternode, this.#period).catch(() => undefined)
    if (said?.period !== this.#period || (await key.signerOf(said)) !== signer) return
    this.#signed.set(masternode, said)
    if (isSame(said, computed.root)) return
    const { rewards, bills, credits } = computed.leaves
    const most = rewards.length + bills.length + credits.length + FURTHER_LEAVES
    const theirs = await peers.fetchLeaves(masternode, this.#period, most).catch(() => undefined)
    this.tellDifference(masternode, theirs && findDifference(computed, theirs))
  }

  async #obtain(
    { files: wanted }: PeriodInputs,
    others: readonly MasternodeId[],
  ): Promise<readonly SettledFile[] | undefined> {
    const obtaining = { ...this.#parts, others, attempt: this.#attempts }
    this.#attempts += 1
    const found = await Promise.all(wanted.map((file) => obtainFile(this.#period, file, obtaining)))
    const there = found.filter((file) => file !== undefined)
    return there.length === found.length ? there : undefined
  }
}

/** Who decides, and what stands already. */
export type Electorate = {
  readonly seats: readonly Seat[]
  readonly isLate: boolean
  readonly proposal: RootState['proposal']
}

function isSame(left: PeriodRoot, right: PeriodRoot): boolean {
  return (
    left.period === right.period &&
    left.root === right.root &&
    left.rewards === right.rewards &&
    left.inputs === right.inputs
  )
}
