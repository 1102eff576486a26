import type { Address, DeviceId, InstanceKey, MasternodeId, Period } from '@nexqloud/kernel'

import type { IncomeParts, IncomeShares } from '../shares.ts'
import type { LeaseBook, LeaseTerms } from './book.ts'

/** Why an item of a batch is left out, in the order of the contract's enum. */
export const itemRefusals = [
  'None',
  'NotApproved',
  'TokenNotNext',
  'LeaseStillOpen',
  'StartInFuture',
  'StartTooEarly',
  'DeviceNotActive',
  'KindNotListed',
  'RateAboveLimit',
  'FundsTooLow',
  'NotOpen',
  'NotAllowed',
  'Solvent',
  'NotThisPeriod',
  'AlreadyFinished',
  'SkipTooEarly',
] as const

/** Why a call is refused as a whole, by the names of the contracts' errors. */
type CallRefusal =
  | 'LeasesCallerNotMasternode'
  | 'LeasesAmountZero'
  | 'LeasesDepositForNobody'
  | 'LeasesMasternodeUnknown'
  | 'LeasesLimitBelowCommitted'
  | 'LeasesBalanceCommitted'
  | 'LeasesNothingLeaving'
  | 'LeasesWithdrawalTooEarly'
  | 'LeasesPriceNotFirm'
  | 'LeasesSettlementStale'
  | 'LeasesSkipTooEarly'
  | 'SettlementNoRoot'
  | 'SettlementRootKnown'
  | 'SettlementTooEarly'
  | 'CreditRefused'

/** Why an action changes nothing. */
export type LeaseRefusal = Exclude<(typeof itemRefusals)[number], 'None'> | CallRefusal

/** A lease by its name. */
type LeaseName = { readonly instance: InstanceKey; readonly token: bigint }

/** What a masternode wants to open. */
type Opening = LeaseName & {
  readonly device: DeviceId
  readonly kind: number
  readonly startedAt: number
  /** Seconds before its start in which it was wanted and had no device, as its masternode says. */
  readonly waited: number
}

/** Everything that an account does with its money and its masternodes. */
type TenantActions = {
  readonly deposit: { readonly account: Address; readonly amount: bigint }
  readonly approve: { readonly masternode: MasternodeId }
  readonly revoke: { readonly masternode: MasternodeId }
  /** Wei in all, and micro-USD an hour together. */
  readonly setLimits: { readonly maxTotal: bigint; readonly maxRate: bigint }
  readonly announceWithdrawal: { readonly amount: bigint }
  readonly cancelWithdrawal: object
  readonly withdraw: { readonly to: Address }
}

/** Everything that happens to leases; one item of a batch each. A bill and a credit are leaves of the period's root. */
type LeaseActions = {
  readonly open: { readonly opening: Opening }
  readonly close: LeaseName
  readonly closeInsolvent: LeaseName
  readonly bill: LeaseName & { readonly period: Period; readonly seconds: number }
  readonly skip: LeaseName & { readonly period: Period }
  readonly credit: {
    readonly period: Period
    readonly instance: InstanceKey
    /** 30-day month, counted from genesis. */
    readonly month: number
    readonly amount: bigint
  }
}

/** Everything around leases that decides about them; the rules of these live elsewhere. */
type WorldActions = {
  readonly setTerms: { readonly terms: LeaseTerms }
  readonly setIncomeShares: { readonly shares: IncomeShares }
  /** A masternode registers, changes between active and not, or leaves: then it has no signer any more. */
  readonly setMasternode: {
    readonly masternode: MasternodeId
    readonly signer: Address | undefined
    readonly payee: Address
    readonly isActive: boolean
  }
  /** A device registers, changes its owner, or changes between active and not. */
  readonly setDevice: {
    readonly device: DeviceId
    readonly owner: Address
    readonly isActive: boolean
  }
  /** Micro-USD an hour; 0 takes the kind off the list. */
  readonly listKind: { readonly kind: number; readonly rate: bigint }
  readonly quote: { readonly weiPerMicroUsd: bigint }
  /** A period's root becomes final. */
  readonly settle: { readonly period: Period }
}

type Actions = TenantActions & LeaseActions & WorldActions

/** The name of an action. */
export type LeaseActionName = keyof Actions

/** Who does it, and the time of the block; never before the action before. */
type Occasion = { readonly by: Address; readonly at: number }

/** An action of one name, with what it needs. */
export type LeaseActionOf<Name extends LeaseActionName> = Occasion &
  Actions[Name] & { readonly action: Name }

/** What may happen to a {@link LeaseBook}. */
export type LeaseAction = {
  readonly [Name in LeaseActionName]: LeaseActionOf<Name>
}[LeaseActionName]

/** Money that an action moved, and what else is to be known outside. Amounts in wei. */
export type LeaseEffect =
  | { readonly effect: 'withdrawn'; readonly to: Address; readonly amount: bigint }
  /** An opening took what was leaving back into the balance. */
  | { readonly effect: 'leavingUsed'; readonly account: Address; readonly amount: bigint }
  | (LeaseName & {
      readonly effect: 'billed'
      readonly period: Period
      readonly seconds: number
      readonly paid: bigint
      /** What was used and could not be paid; nobody collects it later. */
      readonly shortfall: bigint
      readonly parts: IncomeParts
      /** Who owned the device at the period's start. */
      readonly owner: Address
      readonly beneficiary: MasternodeId
    })
  /** What counts of how long it waited, in seconds. */
  | (LeaseName & { readonly effect: 'opened'; readonly waited: number })
  | (LeaseName & { readonly effect: 'finished' })
  | { readonly effect: 'rewarded'; readonly closer: Address; readonly amount: bigint }
  | { readonly effect: 'credited'; readonly instance: InstanceKey; readonly amount: bigint }

/** What an action came to: another book and what it moved, or the reason why nothing changed. */
export type LeaseOutcome =
  | { readonly done: true; readonly book: LeaseBook; readonly effects: readonly LeaseEffect[] }
  | { readonly done: false; readonly book: LeaseBook; readonly refusal: LeaseRefusal }

/** Returns the outcome of an action that was carried out. */
export function done(book: LeaseBook, ...effects: readonly LeaseEffect[]): LeaseOutcome {
  return { done: true, book, effects }
}

/** Returns the outcome of an action that breaks a rule. */
export function refuse(book: LeaseBook, refusal: LeaseRefusal): LeaseOutcome {
  return { done: false, book, refusal }
}
