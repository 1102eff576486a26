import { z } from 'zod'

import { areDistinct, bps, nxq, parseInput, word } from './input.ts'
import { reportOutOfRange } from './vote-ranges.ts'

/** Every price of NXQ is a multiple of it, so that an hourly rate charges by the second without rounding. */
const PRICE_UNIT = 3600n

/** Every period divides it. */
export const DAY_SECONDS = 86_400

/** Each half of the supply, in wei: 10,500,000 NXQ. */
const HALF = 10_500_000n * 10n ** 18n

const chain = z
  .strictObject({
    /** Stands in the genesis block's extra data, and says so where the network has a faucet. */
    name: z.string().regex(/^[ -~]{1,32}$/, 'has to be 1 to 32 ASCII characters'),
    chainId: z.int().positive(),
    gasLimit: z.int().min(5_000_000).max(2_000_000_000),
  })
  .readonly()

const calendar = z
  .strictObject({
    periodSeconds: z
      .int()
      .positive()
      .refine((seconds) => DAY_SECONDS % seconds === 0, 'has to divide a day'),
    /** How long files are taken after a period's end, and holders after that. */
    postingSeconds: z.int().positive(),
  })
  .refine(
    ({ periodSeconds, postingSeconds }) => 2 * postingSeconds < periodSeconds,
    'postingSeconds: twice that has to fit into a period',
  )
  .readonly()

const supply = z
  .strictObject({
    emissionNxq: nxq.refine((wei) => wei === HALF, 'has to be 10500000'),
    lockedNxq: nxq.refine((wei) => wei === HALF, 'has to be 10500000'),
    /** Moved from the locked half to the faucet. */
    faucetNxq: nxq.refine((wei) => wei <= HALF, 'has to come out of the locked half'),
  })
  .transform(({ emissionNxq, lockedNxq, faucetNxq }) => ({
    emissionWei: emissionNxq,
    lockedWei: lockedNxq - faucetNxq,
    faucetWei: faucetNxq,
  }))
  .readonly()

const prices = z
  .strictObject({
    firstWeiPerMicroUsd: z
      .string()
      .regex(/^[1-9]\d{0,23}$/, 'has to be a whole number of wei')
      .transform(BigInt)
      .refine((price) => price % PRICE_UNIT === 0n, 'has to be a multiple of 3600'),
    stepBps: bps.min(1),
    leastSigners: z.int().min(1).max(31),
    leastQuotes: z.int().min(1),
  })
  .refine(
    ({ leastSigners, leastQuotes }) =>
      leastQuotes <= leastSigners && 2 * leastQuotes > leastSigners,
    'leastQuotes: has to be a majority of leastSigners',
  )
  .readonly()

const kind = z
  .strictObject({
    id: z
      .int()
      .min(1)
      .max(2 ** 32 - 1),
    name: word,
    microUsdPerHour: z
      .int()
      .min(1)
      .max(2 ** 40 - 1),
  })
  .readonly()

const schema = z
  .strictObject({
    chain,
    calendar,
    supply,
    emissionShares: z.strictObject({ contributorsBps: bps, validatorsBps: bps }).readonly(),
    incomeShares: z.strictObject({ ownerBps: bps, masternodeBps: bps, reserveBps: bps }).readonly(),
    leases: z
      .strictObject({
        bufferSeconds: z.int().positive().max(DAY_SECONDS),
        /** Longest backdating of an opening, and delay of a withdrawal. */
        delaySeconds: z.int().positive().max(7200),
        closingRewardBps: bps.max(2000),
      })
      .readonly(),
    prices,
    keys: z
      .strictObject({
        priceMicroUsd: z.int().positive(),
        /** Keys that genesis grants and nobody can sell. */
        foundingCount: z.int().min(0).max(10_000),
      })
      .readonly(),
    devices: z
      .strictObject({
        /** How long a drawn masternode has. */
        measureSeconds: z.int().positive().max(DAY_SECONDS),
        /** Least time between two orders for one key. */
        reorderSeconds: z
          .int()
          .positive()
          .max(28 * DAY_SECONDS),
      })
      .refine(
        ({ measureSeconds, reorderSeconds }) => measureSeconds < reorderSeconds,
        'reorderSeconds: has to be longer than measureSeconds',
      )
      .readonly(),
    masternodes: z
      .strictObject({
        stakeNxq: nxq,
        unbondingSeconds: z
          .int()
          .positive()
          .max(365 * DAY_SECONDS),
        witnesses: z.int().min(3).max(7),
      })
      .transform(({ stakeNxq, ...rest }) => ({ ...rest, stakeWei: stakeNxq }))
      .readonly(),
    kinds: z
      .array(kind)
      .min(1)
      .refine((kinds) => areDistinct(kinds.map(({ id }) => id)), 'have to differ in id')
      .refine((kinds) => areDistinct(kinds.map(({ name }) => name)), 'have to differ in name')
      .readonly(),
  })
  .superRefine((parameters, context) => {
    const { emissionShares, incomeShares } = parameters
    const hasFaucet = parameters.supply.faucetWei > 0n
    if (parameters.chain.name.includes('faucet') !== hasFaucet) {
      const message = 'has to say "faucet" where there is one, and only there'
      context.addIssue({ code: 'custom', path: ['chain', 'name'], message })
    }
    if (emissionShares.contributorsBps + emissionShares.validatorsBps > 10_000) {
      context.addIssue({ code: 'custom', path: ['emissionShares'], message: 'exceed the whole' })
    }
    if (incomeShares.masternodeBps + incomeShares.reserveBps > 10_000) {
      context.addIssue({ code: 'custom', path: ['incomeShares'], message: 'exceed the whole' })
    }
    if (!hasFaucet) reportOutOfRange(parameters, context)
  })
  .readonly()

/** What a network is: everything that does not depend on who launches it. Amounts in wei. */
export type Parameters = z.output<typeof schema>

/**
 * Returns a network's parameters from the contents of its file in `contracts/networks`.
 *
 * @throws {@link InvalidInputError} with every problem, by name.
 */
export function parseParameters(input: unknown): Parameters {
  return parseInput(schema, input, 'These network parameters')
}
