import {
  accountOf,
  parseAddress,
  type Address,
  type DeviceId,
  type InstanceKey,
  type MasternodeId,
  type Period,
} from '@nexqloud/kernel'
import { Map } from 'immutable'

import type { Calendar } from '../calendar.ts'
import type { MonthIncome } from '../credit.ts'
import type { PriceTerms } from '../price/fix-price.ts'
import { createPriceHistory, integralAt, type PriceHistory } from '../price/history.ts'
import type { IncomeShares } from '../shares.ts'
import { emptyAccount, type Account } from './account.ts'

/** Governed terms of leases. */
export type LeaseTerms = {
  /** For how long at its rate a lease keeps a buffer. */
  readonly bufferSeconds: number
  /** Most by which an opening is backdated, and how long a withdrawal waits. */
  readonly delaySeconds: number
  /** Of an insolvent lease's buffer, for whoever closes it. */
  readonly closingRewardBps: number
}

/** The current or last lease of an instance. */
export type Lease = {
  readonly token: bigint
  readonly device: DeviceId
  readonly kind: number
  /** Micro-USD an hour, fixed when it opened. */
  readonly rate: bigint
  /** Start, or end of the last billed period. */
  readonly from: number
  /** Undefined while it is open. */
  readonly end: number | undefined
  readonly opener: MasternodeId
  /** The masternode that gets the share. */
  readonly beneficiary: MasternodeId
  /** The buffer while it is open, the hold once it is closed. */
  readonly reserve: bigint
  /** When a bill or a skip passed a period of it last. */
  readonly passedAt: number | undefined
}

/** What is left to bill of a closed lease after its instance's next one opened. */
export type Residue = {
  readonly device: DeviceId
  readonly rate: bigint
  readonly from: number
  readonly end: number
  readonly beneficiary: MasternodeId
  readonly hold: bigint
  readonly passedAt: number | undefined
}

/** When an account's approval of a masternode began, and ended; undefined while it stands. */
export type Approval = { readonly since: number; readonly until: number | undefined }

/** A masternode, as far as leases ask: who sends its transactions, who earns, whether it is active. */
export type MasternodeFacts = {
  /** Undefined once it is leaving. */
  readonly signer: Address | undefined
  readonly payee: Address
  readonly isActive: boolean
}

/** A device, as far as leases ask; its owners by the time from which each owned it. */
export type DeviceFacts = {
  readonly isActive: boolean
  readonly owners: readonly { readonly from: number; readonly owner: Address }[]
}

/** An instance kind's listed price, 0: not offered; and when each earlier one ended, by that price in decimal. */
export type KindFacts = { readonly rate: bigint; readonly endedAt: Map<string, number> }

/** What an instance's network part was in two months: of even and of odd number. */
export type Incomes = readonly [KeptMonth, KeptMonth]
type KeptMonth = MonthIncome & { readonly month: number }

/** Accounts, leases, and what they ask of the rest of the network: one immutable value. */
export type LeaseBook = {
  readonly calendar: Calendar
  readonly terms: LeaseTerms
  /** How long into a period an opening may still start in the one before, in seconds. */
  readonly postingSeconds: number
  /** Time of the last action. */
  readonly time: number
  readonly prices: PriceHistory
  /** Shares by the time from which they hold. */
  readonly shares: readonly { readonly from: number; readonly shares: IncomeShares }[]
  readonly accounts: Map<Address, Account>
  readonly approvals: Map<string, Approval>
  readonly leases: Map<InstanceKey, Lease>
  readonly residues: Map<string, Residue>
  readonly incomes: Map<InstanceKey, Incomes>
  readonly devices: Map<DeviceId, DeviceFacts>
  readonly masternodes: Map<MasternodeId, MasternodeFacts>
  readonly signers: Map<Address, MasternodeId>
  readonly kinds: Map<number, KindFacts>
  /** When a period's root was accepted. */
  readonly roots: Map<Period, number>
  /** Latest period with a root. */
  readonly newestRoot: Period | undefined
  /** What the network's own fund has from leases; credits come out of it. */
  readonly networkFund: bigint
  readonly reserveFund: bigint
}

/** What a network's leases begin with. */
export type LeaseGenesis = {
  readonly calendar: Calendar
  readonly terms: LeaseTerms
  readonly postingSeconds: number
  readonly priceTerms: PriceTerms
  readonly firstPrice: bigint
  readonly shares: IncomeShares
}

/** The account that nobody can own. */
export const nobody = parseAddress(`0x${'0'.repeat(40)}`)

/** Returns the book of a network at genesis: no accounts, no leases, nobody there yet. */
export function createLeaseBook(genesis: LeaseGenesis): LeaseBook {
  const { calendar, terms, postingSeconds, priceTerms, firstPrice, shares } = genesis
  return {
    calendar,
    terms,
    postingSeconds,
    time: calendar.genesisTime,
    prices: createPriceHistory({ calendar, terms: priceTerms, firstPrice }),
    shares: [{ from: calendar.genesisTime, shares }],
    accounts: Map(),
    approvals: Map(),
    leases: Map(),
    residues: Map(),
    incomes: Map(),
    devices: Map(),
    masternodes: Map(),
    signers: Map(),
    kinds: Map(),
    roots: Map(),
    newestRoot: undefined,
    networkFund: 0n,
    reserveFund: 0n,
  }
}

/** Returns an account; an empty one where nobody used it yet. */
export function accountIn(book: LeaseBook, address: Address): Account {
  return book.accounts.get(address) ?? emptyAccount
}

/** Returns the book with another state of an account. */
export function withAccount(book: LeaseBook, address: Address, account: Account): LeaseBook {
  return { ...book, accounts: book.accounts.set(address, account) }
}

/** Returns the account that an instance belongs to. */
export function tenantOf(book: LeaseBook, instance: InstanceKey): Account {
  return accountIn(book, accountOf(instance))
}

/** Returns the instance's current or last lease. */
export function leaseIn(book: LeaseBook, instance: InstanceKey): Lease | undefined {
  return book.leases.get(instance)
}

/** Returns the book with another state of an instance's lease. */
export function withLease(book: LeaseBook, instance: InstanceKey, lease: Lease): LeaseBook {
  return { ...book, leases: book.leases.set(instance, lease) }
}

/** Returns what is left to bill of an earlier lease of an instance. */
export function residueIn(
  book: LeaseBook,
  instance: InstanceKey,
  token: bigint,
): Residue | undefined {
  return book.residues.get(`${instance}/${token}`)
}

/** Returns the book with another state of an earlier lease, or without it. */
export function withResidue(
  book: LeaseBook,
  { instance, token }: { readonly instance: InstanceKey; readonly token: bigint },
  residue: Residue | undefined,
): LeaseBook {
  const name = `${instance}/${token}`
  const { residues } = book
  return {
    ...book,
    residues: residue === undefined ? residues.delete(name) : residues.set(name, residue),
  }
}

/** Returns an account's approval of a masternode, also one that ended. */
export function approvalIn(
  book: LeaseBook,
  account: Address,
  masternode: MasternodeId,
): Approval | undefined {
  return book.approvals.get(`${account}/${masternode}`)
}

/** Returns whether an account's approval of a masternode stands. */
export function isApproved(book: LeaseBook, account: Address, masternode: MasternodeId): boolean {
  const approval = approvalIn(book, account, masternode)
  return approval !== undefined && approval.until === undefined
}

/** Returns the masternode whose transactions an account sends, active or not. */
export function masternodeOf(book: LeaseBook, signer: Address): MasternodeId | undefined {
  return book.signers.get(signer)
}

/** Returns whether a masternode is active. */
export function isMasternodeActive(book: LeaseBook, masternode: MasternodeId): boolean {
  return book.masternodes.get(masternode)?.isActive ?? false
}

/** Returns the price integral at a time. */
export function integralIn(book: LeaseBook, time: number): bigint {
  return integralAt(book.prices, time)
}
