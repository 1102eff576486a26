/** Random stories of several accounts, for the tests of the leases: what may happen next is in `plots.ts`. */

import {
  createInstanceKey,
  parseAddress,
  parseDeviceId,
  parseMasternodeId,
  type Address,
  type InstanceKey,
  type MasternodeId,
} from '@nexqloud/kernel'

import { createCalendar } from '../src/calendar.ts'
import { reservedOf } from '../src/lease/account.ts'
import type { LeaseAction, LeaseEffect, LeaseOutcome } from '../src/lease/action.ts'
import {
  accountIn,
  createLeaseBook,
  leaseIn,
  residueIn,
  type LeaseBook,
} from '../src/lease/book.ts'
import { stepLeases } from '../src/lease/step.ts'
import { integralAt } from '../src/price/history.ts'

/** Start of every story. */
export const genesisTime = 1_700_000_000
/** Of a local network. */
export const periodSeconds = 300
const firstPrice = 999_999_997_200n
/** Of the cheapest kind, in micro-USD an hour. */
export const rate = 40_000n
const addressOf = (id: number) => parseAddress(`0xee${id.toString(16).padStart(38, '0')}`)
/** Accounts of a story: 1 to 3 rent, 11 to 13 send for masternodes, 21 and 22 own devices. */
export const tenants = [1, 2, 3].map(addressOf)
export const signers = [11, 12, 13].map(addressOf)
export const owners = [21, 22].map(addressOf)
export const stranger = addressOf(31)
export const priceSigner = addressOf(41)
/** Earn what masternodes 1 to 3 earn. */
export const payees = [51, 52, 53].map(addressOf)
export const callers = [...tenants, ...signers, stranger]

/** A lease by its name. */
export type Name = { readonly instance: InstanceKey; readonly token: bigint }
/** The next action of a story, made from what the story knows by then. */
export type Plot = (story: Story) => Plan
export type Plan = LeaseAction extends infer Action
  ? Action extends LeaseAction
    ? Omit<Action, 'at'> & { readonly at?: number }
    : never
  : never

/** One action of a story, and what came of it. */
export type Told = { readonly action: LeaseAction; readonly outcome: LeaseOutcome }

/** What happened so far, kept the long way. */
export type Story = {
  book: LeaseBook
  readonly names: Name[]
  readonly effects: LeaseEffect[]
  readonly told: Told[]
  readonly outcomes: Set<string>
  deposited: bigint
}

/** Returns a story in which three devices, kinds and masternodes are there, and three tenants have some money. */
export function begin(): Story {
  const story: Story = {
    book: createLeaseBook({
      calendar: createCalendar({ genesisTime, periodSeconds }),
      terms: { bufferSeconds: 60, delaySeconds: 60, closingRewardBps: 1000 },
      postingSeconds: 20,
      priceTerms: { stepBps: 2000, quotesNeeded: 1 },
      firstPrice,
      shares: { ownerBps: 5000, masternodeBps: 1000, reserveBps: 2000 },
    }),
    names: [],
    effects: [],
    told: [],
    outcomes: new Set(),
    deposited: 0n,
  }
  const plans: Plan[] = [1, 2, 3].flatMap((id) => [
    {
      action: 'setDevice',
      by: stranger,
      device: parseDeviceId(id),
      owner: owners[0] ?? stranger,
      isActive: true,
    },
    { action: 'listKind', by: stranger, kind: id, rate: rate * BigInt(id) },
    setMasternode(parseMasternodeId(id), true),
  ])
  for (const by of tenants) {
    plans.push(
      { action: 'deposit', by, account: by, amount: 5n * 10n ** 16n },
      { action: 'setLimits', by, maxTotal: 2n ** 90n, maxRate: 2n ** 39n },
      ...[1, 2].map((id): Plan => ({ action: 'approve', by, masternode: parseMasternodeId(id) })),
    )
  }
  for (const plan of plans) tell(story, () => plan)
  return story
}

/** A masternode's registration, or its change between active and not. */
export function setMasternode(id: MasternodeId, isActive: boolean): Plan {
  const [signer, payee] = [pick(signers, id - 1), pick(payees, id - 1)]
  return { action: 'setMasternode', by: stranger, masternode: id, signer, payee, isActive }
}

/** Lets the next thing happen, and returns what came of it. */
export function tell(story: Story, next: Plot): LeaseOutcome {
  const action = { at: story.book.time, ...next(story) } as LeaseAction
  const outcome = stepLeases(story.book, action)
  story.book = outcome.book
  story.told.push({ action, outcome })
  if (!outcome.done) {
    story.outcomes.add(outcome.refusal)
    return outcome
  }
  if (action.action === 'open') story.names.push(action.opening)
  if (action.action === 'deposit') story.deposited += action.amount
  story.effects.push(...outcome.effects)
  for (const { effect } of outcome.effects) story.outcomes.add(effect)
  return outcome
}

/** Returns what of an account's money is spoken for now. */
export function committedBy(book: LeaseBook, account: Address): bigint {
  const own = accountIn(book, account)
  return own.holds + own.buffers + reservedOf(own, integralAt(book.prices, book.time))
}

/** What is left to bill of a lease. */
type Claim = {
  readonly from: number
  readonly end: number | undefined
  readonly rate: bigint
  readonly reserve: bigint
}

/** Returns the lease of a name, in place or as a residue. */
export function claimOf(book: LeaseBook, { instance: key, token }: Name): Claim | undefined {
  const lease = leaseIn(book, key)
  if (lease?.token === token) return lease
  const residue = residueIn(book, key, token)
  return residue === undefined ? undefined : { ...residue, reserve: residue.hold }
}

/** Returns one of the latest leases, or now and then a name that may be none's. */
export function nameOf(names: readonly Name[], which: number): Name {
  if (names.length === 0 || which % 10 === 0) {
    return { instance: createInstanceKey(pick(tenants, which), 0n), token: BigInt(which % 4) }
  }
  return pick(names.slice(-8), which)
}

/** Returns one of some things by any number. */
export function pick<T>(items: readonly T[], index: number): T {
  return items[index % items.length] as T
}
