/** Calls for a simulator. */

import type { Hex } from 'viem'

import type { CallMessage, Simulation } from '../src/simulation/simulator.ts'
import { accountOf } from './local-genesis.ts'

/** Who calls where a test does not say. */
export const rich = accountOf(0).address.toLowerCase() as Hex

/** Returns a free call on the state of genesis. */
export function calling(message: Partial<CallMessage>, rest: Partial<Simulation> = {}): Simulation {
  return {
    at: { blockNumber: 0n },
    message: { from: rich, data: '0x', value: 0n, gasPrice: 0n, accessList: [], ...message },
    ...rest,
  }
}
