import { createGenesis, parseFounders, readNetwork, readRelease } from '@nexqloud/contracts'
import { parseAddress } from '@nexqloud/kernel'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'

import { integralAt } from '../src/index.ts'
import type { LeaseEffect } from '../src/lease/action.ts'
import { accountIn, type LeaseBook } from '../src/lease/book.ts'
import { plots } from './plots.ts'
import {
  compileDoubles,
  createReplay,
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
  type Story,
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
    { numRuns: 60, interruptAfterTimeLimit: shrinkingMs, markInterruptAsFailure: true },
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
  for (const { action, outcome } of story.told) {
    if (!outcome.done && refusedElsewhere.has(outcome.refusal)) continue
    const said = await chain.tell(action)
    if (!outcome.done) {
      expect(said).toEqual({ done: false, refusal: outcome.refusal })
      continue
    }
    expect(said.done ? effectsOf(said.events) : said).toEqual(outcome.effects.map(withoutParts))
    effects.push(...outcome.effects)
    expect(await accountsOf(chain, outcome.book.time)).toEqual(accountsIn(outcome.book))
  }
  await expectEqualEnds(story, effects, chain)
}

/** What leases are left with, the price, and who was paid. */
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
    const { left, revokedAt: _, ...own } = accountIn(book, tenant)
    return {
      ...own,
      charged: own.maxTotal - left,
      leavingSince: BigInt(own.leavingSince),
      approvals: BigInt(own.approvals),
    }
  })
}

/** What the events of one action come to; how income is shared shows in balances. */
function effectsOf(events: readonly ReplayEvent[]): readonly object[] {
  const argsOf = (name: string) => events.find(({ eventName }) => eventName === name)?.args
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
        const { shortfall = 0n } = argsOf('LeaseUnderpaid') ?? {}
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
