import type { Address } from '@nexqloud/kernel'
import { expect } from 'vitest'

import { itemRefusals, type LeaseAction, type LeaseEffect } from '../src/lease/action.ts'
import { accountIn, type LeaseBook } from '../src/lease/book.ts'
import type { RefusedItem, Replay, ReplayEvent } from './replay.ts'
import type { Name, Told } from './story.ts'

/** Refused outside of leases, before they hear of it. */
const refusedElsewhere = new Set([
  'SettlementNoRoot',
  'SettlementRootKnown',
  'SettlementTooEarly',
  'CreditRefused',
])

/** Returns what was told, with what one call can say at once together. */
export function batchesOf(told: readonly Told[]): readonly (readonly Told[])[] {
  const heard = told.filter(({ outcome }) => outcome.done || !refusedElsewhere.has(outcome.refusal))
  const batches: Told[][] = []
  for (const next of heard) {
    const batch = batches.at(-1)
    const before = batch?.at(-1)?.action
    if (batch && before && canJoin(before, next.action)) batch.push(next)
    else batches.push([next])
  }
  return batches
}

/** Whether two actions can be items of one batch: one caller says both in one block, of one period. */
function canJoin(before: LeaseAction, next: LeaseAction): boolean {
  if (before.by !== next.by || before.at !== next.at) return false
  if (next.action === 'bill' || next.action === 'skip') {
    return before.action === next.action && before.period === next.period
  }
  return before.action === next.action && ['open', 'close', 'closeInsolvent'].includes(next.action)
}

/** What the model says of a batch: which items it leaves out, or that there is no such call at all. */
function expectedOf(batch: readonly Told[]) {
  const refused: RefusedItem[] = []
  for (const { action, outcome } of batch) {
    if (outcome.done) continue
    const { refusal } = outcome
    if (!isItemRefusal(refusal)) return { done: false, refusal } as const
    refused.push({ ...itemOf(action), refusal })
  }
  const effects = batch.flatMap(({ outcome }) => (outcome.done ? outcome.effects : []))
  return { done: true, effects, refused } as const
}

function itemOf(action: LeaseAction) {
  const { instance, token } = (action.action === 'open' ? action.opening : action) as Name
  return { instance, token }
}

function isItemRefusal(refusal: string): boolean {
  return (itemRefusals as readonly string[]).includes(refusal)
}

/** Tells the contracts what the model was told at once, and holds equal what both say and what both keep of some accounts. */
export async function expectEqualStep(
  chain: Replay,
  batch: readonly Told[],
  accounts: readonly Address[],
): Promise<void> {
  const said = await chain.tell(batch.map(({ action }) => action))
  const expected = expectedOf(batch)
  const { done } = said
  expect(done ? { done, effects: effectsOf(said.events), refused: said.refused } : said).toEqual(
    expected.done ? { ...expected, effects: expected.effects.map(withoutParts) } : expected,
  )
  const book = batch.at(-1)?.outcome.book
  if (!expected.done || book === undefined || accounts.length === 0) return
  expect(await accountsOf(chain, accounts, book.time)).toEqual(accountsIn(book, accounts))
}

async function accountsOf(
  chain: Replay,
  accounts: readonly Address[],
  at: number,
): Promise<readonly unknown[]> {
  const calls = accounts.map((account) => ({
    contract: 'Leases',
    functionName: 'account',
    args: [account],
  }))
  return Promise.all(calls.map((call) => chain.ask(call, at)))
}

/** The model's accounts as the contract shows them. */
function accountsIn(book: LeaseBook, accounts: readonly Address[]): readonly unknown[] {
  return accounts.map((account) => {
    const own = accountIn(book, account)
    const { balance, leaving, maxTotal, maxRate, holds, buffers, rateSum, weighted } = own
    return {
      balance,
      leaving,
      maxTotal,
      maxRate,
      holds,
      buffers,
      rateSum,
      weighted,
      charged: maxTotal - own.left,
      leavingSince: BigInt(own.leavingSince),
      approvals: BigInt(own.approvals),
    }
  })
}

/** What the events of one call come to; how income is shared shows in balances. */
function effectsOf(events: readonly ReplayEvent[]): readonly object[] {
  const shortfallOf = (instance: unknown, token: unknown) =>
    events.find(
      ({ eventName, args }) =>
        eventName === 'LeaseUnderpaid' && args['instance'] === instance && args['token'] === token,
    )?.args['shortfall'] ?? 0n
  return events.flatMap(({ eventName, args }): object[] => {
    const { to, amount, account, closer, instance, token } = args
    switch (eventName) {
      case 'LeaseOpened':
        return [{ effect: 'opened', instance, token, waited: Number(args['waited']) }]
      case 'Withdrawn':
        return [{ effect: 'withdrawn', to, amount }]
      case 'LeavingUsed':
        return [{ effect: 'leavingUsed', account, amount }]
      case 'LeaseFinished':
        return [{ effect: 'finished', instance, token }]
      case 'ClosingRewarded':
        return [{ effect: 'rewarded', closer, amount }]
      case 'CreditPaid':
        return [{ effect: 'credited', instance, amount }]
      case 'LeaseBilled': {
        const { period, billedSeconds: seconds, paid } = args
        const shortfall = shortfallOf(instance, token)
        const numbers = { period: Number(period), seconds: Number(seconds) }
        return [{ effect: 'billed', instance, token, ...numbers, paid, shortfall }]
      }
      default:
        return []
    }
  })
}

function withoutParts(effect: LeaseEffect): object {
  if (effect.effect !== 'billed') return effect
  const { parts: _parts, owner: _owner, beneficiary: _beneficiary, ...rest } = effect
  return rest
}
