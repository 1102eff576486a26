import type { Address } from '@nexqloud/kernel'
import { beforeAll, expect, test } from 'vitest'

import { createStage } from './replay-stage.ts'
import { batchesOf, expectEqualStep } from './replay-step.ts'
import { createReplay, type ReplayStage } from './replay.ts'
import type { Told } from './story.ts'
import { createChance } from './year/chance.ts'
import { accountOfAction } from './year/conserved-book.ts'
import { addressOf, genesisTime, periodSeconds, priceSigners } from './year/network.ts'
import { simulate } from './year/simulated-year.ts'

/**
 * Days of the simulated network, told to the real contracts: the whole network has its churn, and of its tenants some are followed, from the first
 * day on, as an account depends on no other one.
 */
const size = {
  seed: 11,
  days: Number(process.env['NEXQLOUD_TEST_YEAR_DAYS'] ?? 14),
  devices: 2000,
  instances: 5000,
  tenants: 500,
}
const DAYS = 7
const followed: ReadonlySet<Address> = new Set(
  Array.from({ length: 10 }, (_, place) => addressOf(0xcc, place + 1)),
)

let stage: ReplayStage

beforeAll(async () => {
  stage = await createStage({ network: 'main', genesisTime, priceSigners })
})

test('seven days of the year come to the same in the contracts, to the wei after each step', async () => {
  const told: Told[] = []
  simulate(size, (action, outcome) => {
    const account = accountOfAction(action)
    const isOurs = account === undefined || !isTenant(account) || followed.has(account)
    if (isOurs) told.push({ action, outcome })
  })
  const chain = await createReplay(stage)
  const compared = chooseDays()
  const steps = new Map<number, number>()
  for (const batch of batchesOf(told)) {
    const day = Math.floor(((batch[0]?.action.at ?? 0) - genesisTime) / periodSeconds)
    await expectEqualStep(chain, batch, compared.has(day) ? accountsIn(batch) : [])
    if (compared.has(day)) steps.set(day, (steps.get(day) ?? 0) + batch.length)
  }
  process.stdout.write(
    `${told.length} steps told; compared: ${[...steps].map(([day, count]) => `day ${day}, ${count} steps`).join('; ')}\n`,
  )
  expect(steps.size).toBe(DAYS)
}, 1_200_000)

/** Returns the accounts that steps are about, of those that are followed. */
function accountsIn(batch: readonly Told[]): readonly Address[] {
  const accounts = new Set(batch.map(({ action }) => accountOfAction(action)))
  return [...followed].filter((account) => accounts.has(account))
}

function isTenant(account: Address): boolean {
  return account.startsWith('0xcc')
}

function chooseDays(): ReadonlySet<number> {
  const chance = createChance(size.seed)
  const days = new Set<number>()
  while (days.size < DAYS) days.add(chance.below(size.days))
  return days
}
