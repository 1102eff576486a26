import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'

import { integralAt, periodOf, priceIn, runwaySeconds } from '../src/index.ts'
import type { LeaseEffect } from '../src/lease/action.ts'
import { accountIn } from '../src/lease/book.ts'
import { plots } from './plots.ts'
import { createStage } from './replay-stage.ts'
import { batchesOf, expectEqualStep } from './replay-step.ts'
import { createReplay, type Replay, type ReplayStage } from './replay.ts'
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

let stage: ReplayStage

beforeAll(async () => {
  stage = await createStage({ network: 'local', genesisTime, priceSigners: [priceSigner] })
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

/** Tells the contracts everything that the story told the model, and compares. */
async function expectEqualReplay(story: Story): Promise<void> {
  const chain = await createReplay(stage)
  for (const batch of batchesOf(story.told)) await expectEqualStep(chain, batch, tenants)
  const effects = story.told.flatMap(({ outcome }) => (outcome.done ? outcome.effects : []))
  await expectEqualEnds(story, effects, chain)
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
