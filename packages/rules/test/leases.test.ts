import { createGenesis, parseFounders, readNetwork, readRelease } from '@nexqloud/contracts'
import { parseAddress } from '@nexqloud/kernel'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'

import { integralAt, periodOf, priceIn, runwaySeconds } from '../src/index.ts'
import { itemRefusals, type LeaseAction, type LeaseEffect } from '../src/lease/action.ts'
import { accountIn, type LeaseBook } from '../src/lease/book.ts'
import { plots } from './plots.ts'
import {
  compileDoubles,
  createReplay,
  type RefusedItem,
  type Replay,
  type ReplayEvent,
  type ReplayStage,
} from './replay.ts'
import {
  begin,
  claimOf,
  genesisTime,
  owners,
  payees,
  priceSigner,
  tell,
  tenants,
  type Name,
  type Story,
  type Told,
} from './story.ts'

/** Refused outside of leases, before they hear of it. */
const refusedElsewhere = new Set([
  'SettlementNoRoot',
  'SettlementRootKnown',
  'SettlementTooEarly',
  'CreditRefused',
])

let stage: ReplayStage

beforeAll(async () => {
  stage = await createStage()
})

/** Time to find a short story that shows a difference. */
const shrinkingMs = 240_000

test('model and contracts say and hold the same after each step of every story', async () => {
  await fc.assert(
    fc.asyncProperty(plots, async (own) => {
      const story = begin()
      for (const next of own) tell(story, next)
      await expectEqualReplay(story)
    }),
    { numRuns: 40, interruptAfterTimeLimit: shrinkingMs, markInterruptAsFailure: true },
  )
}, 300_000)

/** A local network at its genesis, with the story's price signer. */
async function createStage(): Promise<ReplayStage> {
  const [artifacts, parameters] = [readRelease(), readNetwork('local')]
  const [owner, account] = [
    parseAddress(`0x${'a'.repeat(40)}`),
    parseAddress(`0x${'b'.repeat(40)}`),
  ]
  const masternode = {
    signer: account,
    operator: account,
    tlsKeyHash: `0x${'1'.repeat(64)}`,
    region: 'eu-west-1',
    endpoint: 'masternode.example:4433',
  }
  const founders = parseFounders(
    {
      genesisTime,
      owner,
      masternodes: [masternode],
      priceSigners: [priceSigner],
      founders: [{ account, bps: 10_000 }],
      keyHolders: [{ holder: account, count: parameters.keys.foundingCount }],
      faucet: account,
    },
    parameters,
  )
  const genesis = await createGenesis(artifacts, { parameters, founders })
  return { artifacts, parameters, genesis, owner, doubles: compileDoubles() }
}

/** Tells the contracts everything that the story told the model, and compares. */
async function expectEqualReplay(story: Story): Promise<void> {
  const chain = await createReplay(stage)
  const effects: LeaseEffect[] = []
  for (const batch of batchesOf(story.told)) {
    const said = await chain.tell(batch.map(({ action }) => action))
    const expected = expectedOf(batch)
    const { done } = said
    expect(done ? { done, effects: effectsOf(said.events), refused: said.refused } : said).toEqual(
      expected.done ? { ...expected, effects: expected.effects.map(withoutParts) } : expected,
    )
    if (!expected.done) continue
    effects.push(...expected.effects)
    const book = batch.at(-1)?.outcome.book ?? story.book
    expect(await accountsOf(chain, book.time)).toEqual(accountsIn(book))
  }
  await expectEqualEnds(story, effects, chain)
}

/** What a story told, with what one call can say at once together. */
function batchesOf(told: readonly Told[]): readonly (readonly Told[])[] {
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

/** What leases are left with, how long accounts last, the price, and who was paid. */
async function expectEqualEnds(
  { book, names }: Story,
  effects: readonly LeaseEffect[],
  chain: Replay,
): Promise<void> {
  for (const { instance, token } of names) {
    const call = { contract: 'Leases', functionName: 'lease', args: [instance, token] }
    const { from, end, rate, reserve } = (await chain.ask(call, book.time)) as Claim
    const claim = claimOf(book, { instance, token })
    expect({ from, end, rate: BigInt(rate), reserve }).toEqual({
      from: claim?.from ?? 0,
      end: claim?.end ?? 0,
      rate: claim?.rate ?? 0n,
      reserve: claim?.reserve ?? 0n,
    })
  }
  const runways = tenants.map((tenant) =>
    chain.ask(
      { contract: 'Leases', functionName: 'runwayAt', args: [tenant, book.time] },
      book.time,
    ),
  )
  const price = priceIn(book.prices, periodOf(book.calendar, book.time))
  expect(await Promise.all(runways)).toEqual(
    tenants.map((tenant) => {
      const own = accountIn(book, tenant)
      return runwaySeconds(own, integralAt(book.prices, book.time), price) ?? 2n ** 256n - 1n
    }),
  )
  const integral = { contract: 'Prices', functionName: 'integralAt', args: [book.time] }
  expect(await chain.ask(integral, book.time)).toBe(integralAt(book.prices, book.time))
  const earned = [...owners, ...payees].map((receiver) => earnedBy(effects, receiver))
  expect(await Promise.all([...owners, ...payees].map(chain.balanceOf))).toEqual(earned)
  const funds = [0, 1].map((fund) =>
    chain.ask({ contract: 'Treasury', functionName: 'fundOf', args: [fund] }, book.time),
  )
  expect(await Promise.all(funds)).toEqual([book.networkFund, book.reserveFund])
}

type Claim = {
  readonly from: number
  readonly end: number
  readonly rate: number
  readonly reserve: bigint
}

/** Owners and masternodes have addresses that nobody else in a story has. */
function earnedBy(effects: readonly LeaseEffect[], receiver: string): bigint {
  let sum = 0n
  for (const effect of effects) {
    if (effect.effect !== 'billed') continue
    if (effect.owner === receiver) sum += effect.parts.owner
    if (payees[effect.beneficiary - 1] === receiver) sum += effect.parts.masternode
  }
  return sum
}

async function accountsOf(chain: Replay, at: number): Promise<readonly unknown[]> {
  const calls = tenants.map((tenant) => ({
    contract: 'Leases',
    functionName: 'account',
    args: [tenant],
  }))
  return Promise.all(calls.map((call) => chain.ask(call, at)))
}

/** The model's accounts as the contract shows them. */
function accountsIn(book: LeaseBook): readonly unknown[] {
  return tenants.map((tenant) => {
    const own = accountIn(book, tenant)
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
