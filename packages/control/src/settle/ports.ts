import type { Address, DeviceId, MasternodeId, Period } from '@nexqloud/kernel'
import type {
  BillLeaf,
  Calendar,
  CreditLeaf,
  LeaseRef,
  MerkleTree,
  Multiproof,
  OverlappingLease,
  PeriodLeaves,
  RewardLeaf,
  SettledFile,
} from '@nexqloud/rules'

/** 32 bytes of hex after `0x`. */
export type Hash = `0x${string}`

/** A masternode that is admitted. */
export type Seat = {
  readonly seat: number
  readonly masternode: MasternodeId
  readonly signer: Address
  readonly isActive: boolean
}

/** A file that a masternode committed to. */
export type CommittedFile = { readonly masternode: MasternodeId; readonly hash: Hash }

/** What masternodes sign. */
export type PeriodRoot = {
  readonly period: Period
  readonly root: Hash
  /** Sum of the rewards, in wei. */
  readonly rewards: bigint
  /** Hash of the document of what it was computed from. */
  readonly inputs: Hash
}

/** A root, and who signed it. */
export type SignedRoot = PeriodRoot & { readonly signature: Hash }

/** What the chain says of a period's root. */
export type RootState = {
  readonly accepted: { readonly root: Hash; readonly at: number } | undefined
  /** Of a majority, while it may be outvoted. */
  readonly proposal:
    | { readonly root: Hash; readonly signatures: number; readonly finalAt: number }
    | undefined
}

/** What a period comes to. */
export type Settled = {
  readonly root: PeriodRoot
  readonly leaves: PeriodLeaves
  readonly tree: MerkleTree
  /** What it was computed from, as everybody writes it down: the root names its hash. */
  readonly inputs: Uint8Array
}

/** What a period is settled by. */
export type PeriodInputs = {
  /** Those that a quorum holds. */
  readonly files: readonly CommittedFile[]
  /** Those of which seconds are in it. */
  readonly leases: readonly OverlappingLease[]
  /** Returns what it comes to by these files. */
  readonly settle: (files: readonly SettledFile[]) => Settled
}

/** A lease that is not finished, and the first second of it that no bill and no skip has passed. */
export type OwedLease = { readonly lease: LeaseRef; readonly from: number }

/**
 * The settlement on the chain. Each call throws where the chain does not answer. Those that write resolve once it is in a block, with whether this one
 * did it: nothing is sent where somebody has, or where it is too late.
 */
export type SettlementLedger = {
  readonly calendar: Calendar
  /** How long after a period's end files are taken, and after that who holds them. */
  readonly postingSeconds: number
  /** Rising by seat. */
  readonly readSeats: () => Promise<readonly Seat[]>
  readonly readRoot: (period: Period) => Promise<RootState>
  /** Returns what was committed to, by seat. */
  readonly readFiles: (period: Period) => Promise<ReadonlyMap<number, CommittedFile>>
  /** Resolves with nothing while a block may still come that belongs to it. */
  readonly readInputs: (period: Period) => Promise<PeriodInputs | undefined>
  /** Returns those that were not paid yet. */
  readonly readUnpaid: (
    period: Period,
    rewards: readonly RewardLeaf[],
  ) => Promise<readonly RewardLeaf[]>
  /** Returns those of which something could be paid now. */
  readonly readUncredited: (credits: readonly CreditLeaf[]) => Promise<readonly CreditLeaf[]>
  readonly readOwed: () => Promise<readonly OwedLease[]>
  readonly postFile: (period: Period, file: Hash) => Promise<boolean>
  readonly postHeld: (period: Period, seats: bigint) => Promise<boolean>
  /** Signatures in the order of their signers. */
  readonly postRoot: (root: PeriodRoot, signatures: readonly Hash[]) => Promise<boolean>
  readonly acceptRoot: (period: Period) => Promise<boolean>
  readonly payRewards: (
    period: Period,
    rewards: readonly RewardLeaf[],
    proof: Multiproof,
  ) => Promise<boolean>
  readonly payBills: (
    period: Period,
    bills: readonly BillLeaf[],
    proof: Multiproof,
  ) => Promise<boolean>
  readonly payCredits: (
    period: Period,
    credits: readonly CreditLeaf[],
    proof: Multiproof,
  ) => Promise<boolean>
  readonly skip: (period: Period, leases: readonly LeaseRef[]) => Promise<boolean>
}

/** The other masternodes' doors. Each call throws where nobody answers, and what it returns may be anything. */
export type SettlementPeers = {
  readonly fetchFile: (from: MasternodeId, hash: Hash) => Promise<Uint8Array | undefined>
  readonly fetchRoot: (from: MasternodeId, period: Period) => Promise<SignedRoot | undefined>
  /** Nothing where there are more than so many: who lies may offer any number. */
  readonly fetchLeaves: (
    from: MasternodeId,
    period: Period,
    most: number,
  ) => Promise<PeriodLeaves | undefined>
}

/** Files on the own disk. */
export type SettlementFiles = {
  /** Returns what this masternode witnessed in a period that is over; nothing until it is written. */
  readonly own: (period: Period) => Promise<Hash | undefined>
  /** Returns a file of a period; nothing where it is not here. */
  readonly read: (period: Period, file: CommittedFile) => Promise<SettledFile | undefined>
  /** Whether its bytes were looked at once, and can by now be no file of this period, whoever committed to it. */
  readonly isRefused: (period: Period, file: CommittedFile) => Promise<boolean>
  /** Keeps bytes from anybody where they are this file; returns whether they are. */
  readonly take: (period: Period, file: CommittedFile, bytes: Uint8Array) => Promise<boolean>
  /** Keeps what a root was computed from, by the hash that the root names. */
  readonly keep: (period: Period, inputs: Uint8Array) => Promise<void>
}

/** Signs roots, and knows whose signature it is. */
export type SettlementKey = {
  readonly signer: Address
  readonly sign: (root: PeriodRoot) => Promise<Hash>
  /** Resolves with nothing where it is nobody's. */
  readonly signerOf: (root: SignedRoot) => Promise<Address | undefined>
}

/** What happened on the way. */
export type SettlementNews =
  | { readonly event: 'filed'; readonly period: Period; readonly file: Hash }
  | {
      readonly event: 'held'
      readonly period: Period
      readonly files: number
      readonly missing: number
    }
  | { readonly event: 'signed'; readonly period: Period; readonly root: Hash }
  | {
      readonly event: 'rooted'
      readonly period: Period
      readonly root: Hash
      readonly signatures: number
    }
  | {
      readonly event: 'settled'
      readonly period: Period
      readonly root: Hash
      /** In wei. */
      readonly rewards: bigint
      readonly bills: number
      readonly billedSeconds: number
      readonly credits: number
    }
  | { readonly event: 'skipped'; readonly period: Period; readonly leases: number }
  /** Another one, or the chain, has another root: `device` is the first that they differ in, where that is known. */
  | {
      readonly event: 'differs'
      readonly period: Period
      readonly from: MasternodeId | 'the chain'
      readonly device: DeviceId | undefined
    }
