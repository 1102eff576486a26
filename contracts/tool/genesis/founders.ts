import { z } from 'zod'

import { address, areDistinct, bps, hash, parseInput, word } from './input.ts'
import type { Parameters } from './parameters.ts'

/** Seats that masternodes have on chain. */
const SEATS = 256

const masternode = z
  .strictObject({
    /** Its hot key: signs roots, sends transactions. */
    signer: address,
    /** Owns it: receives what it earns. */
    operator: address,
    tlsKeyHash: hash,
    region: word,
    endpoint: z.string().regex(/^[!-~]{1,255}$/, 'has to be 1 to 255 visible ASCII characters'),
  })
  .readonly()

const schema = z
  .strictObject({
    /** Start of period 0, in seconds since 1970. */
    genesisTime: z
      .int()
      .min(1)
      .max(2 ** 40 - 1),
    /** Owns every upgradeable contract: the governance timelock, once there is one. */
    owner: address,
    masternodes: z
      .array(masternode)
      .min(1)
      .max(SEATS)
      .refine((all) => areDistinct(all.map(({ signer }) => signer)), 'have to differ in signer')
      .readonly(),
    priceSigners: z.array(address).max(31).refine(areDistinct, 'have to differ').readonly(),
    /** Who shares the fund's part of period 0. */
    founders: z
      .array(z.strictObject({ account: address, bps: bps.min(1) }).readonly())
      .min(1)
      .max(64)
      .refine(
        (all) => all.reduce((sum, founder) => sum + founder.bps, 0) === 10_000,
        'have to share 10,000 basis points',
      )
      .readonly(),
    keyHolders: z
      .array(z.strictObject({ holder: address, count: z.int().min(1) }).readonly())
      .readonly(),
    /** Where the faucet's NXQ stand; on a network without one it is left out. */
    faucet: address.optional(),
  })
  .readonly()

/** What only a launch knows: who. */
export type Founders = z.output<typeof schema>

/**
 * Returns who launches a network with these parameters.
 *
 * @throws {@link InvalidInputError} with every problem, by name.
 */
export function parseFounders(input: unknown, parameters: Parameters): Founders {
  return parseInput(withCounts(parameters), input, 'These founders')
}

/** The schema with what the network's parameters ask for. */
function withCounts({ keys, prices, supply }: Parameters) {
  return schema.superRefine(({ keyHolders, priceSigners, faucet }, context) => {
    const granted = keyHolders.reduce((sum, { count }) => sum + count, 0)
    if (granted !== keys.foundingCount) {
      const message = `have ${granted} keys; the network grants ${keys.foundingCount}`
      context.addIssue({ code: 'custom', path: ['keyHolders'], message })
    }
    if (
      priceSigners.length < prices.leastSigners ||
      priceSigners.length >= 2 * prices.leastQuotes
    ) {
      const message = `are ${priceSigners.length}; the network needs ${prices.leastSigners} to ${2 * prices.leastQuotes - 1}`
      context.addIssue({ code: 'custom', path: ['priceSigners'], message })
    }
    if ((faucet !== undefined) !== supply.faucetWei > 0n) {
      const message = supply.faucetWei > 0n ? 'is missing' : 'has no place on this network'
      context.addIssue({ code: 'custom', path: ['faucet'], message })
    }
  })
}
