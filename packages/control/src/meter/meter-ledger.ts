import type { Address, InstanceKey, MasternodeId } from '@nexqloud/kernel'
import type { Funds, LastLease, LeaseOpening, LeaseRef, ListedKind } from '@nexqloud/rules'

/** A lease, and the masternode that opened it. */
export type KnownLease = LastLease & { readonly opener: MasternodeId }

/** What the chain says now. */
export type MeterView = {
  /** Who opens and closes here; nothing while that may not, as one that posted no files for a while. */
  readonly masternode: MasternodeId | undefined
  /** The newest lease of each instance that ever had one. */
  readonly leases: ReadonlyMap<InstanceKey, KnownLease>
  /** Whose lease was opened or closed, one after the other since the chain began; it only grows. */
  readonly changes: readonly InstanceKey[]
  readonly kinds: readonly ListedKind[]
  /** The first second in which a lease that is opened now may begin. */
  readonly earliestStart: number
  /** When its newest block was made: chain second. It stands while the chain has no work. */
  readonly blockTime: number
}

/** An opening that the chain did not take, by its word for why, e.g. `FundsTooLow`. */
export type RefusedOpening = { readonly opening: LeaseOpening; readonly reason: string }

/** A closing that the chain did not take, by its word for why, e.g. `NotAllowed`. */
export type RefusedClosing = { readonly lease: LeaseRef; readonly reason: string }

/** The leases on the chain, as a meter needs them. What is asked for first is done first. Each call throws where the chain does not answer. */
export type MeterLedger = {
  readonly read: () => Promise<MeterView>
  /** Returns what each account has now. */
  readonly readFunds: (accounts: readonly Address[]) => Promise<ReadonlyMap<Address, Funds>>
  /** Resolves once it is in a block, with what was left out; what is closed already stays so. */
  readonly close: (leases: readonly LeaseRef[]) => Promise<readonly RefusedClosing[]>
  /** Resolves once it is in a block, with what was left out. */
  readonly open: (openings: readonly LeaseOpening[]) => Promise<readonly RefusedOpening[]>
}
