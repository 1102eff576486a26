import type { Clock } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import { decodeFunctionResult, encodeFunctionData, type Hex } from 'viem'

import type { Simulator } from '../simulation/simulator.ts'

/** The masternodes that work, as the chain knew them lately. */
export type MasternodeSet = {
  /** Whether this is the signing key of one; lower case. */
  readonly has: (signer: Hex) => boolean
  /** Asks the chain anew, unless it did so lately; what could not be learned stays as it was. */
  readonly refresh: () => Promise<void>
}

/** What the set stands on. */
export type MasternodeSetParts = {
  readonly simulator: Pick<Simulator, 'call'>
  /** Returns the number of the newest block. */
  readonly headNumber: () => bigint
  readonly clock: Clock
}

/** A masternode that was admitted a moment ago waits for so long before its transactions go first. */
const FRESH_MS = 30_000

const { abi, address } = contracts.masternodes
const nobody: Hex = `0x${'00'.repeat(20)}`

/** Returns a set that knows nobody yet. */
export function createMasternodeSet({
  simulator,
  headNumber,
  clock,
}: MasternodeSetParts): MasternodeSet {
  let signers: ReadonlySet<Hex> = new Set()
  let nextMs = -Infinity

  async function ask(data: Hex): Promise<Hex> {
    const message = { from: nobody, to: address, data, value: 0n, gasPrice: 0n, accessList: [] }
    const outcome = await simulator.call({ at: { blockNumber: headNumber() }, message })
    if (outcome.status !== 'returned') throw new Error('The masternodes’ contract did not answer.')
    return outcome.data
  }

  async function signerIn(seat: number): Promise<Hex> {
    const inSeat = { abi, functionName: 'inSeat', args: [seat] } as const
    const id = decodeFunctionResult({ ...inSeat, data: await ask(encodeFunctionData(inSeat)) })
    const masternode = { abi, functionName: 'masternode', args: [id] } as const
    const data = await ask(encodeFunctionData(masternode))
    return decodeFunctionResult({ ...masternode, data }).signer.toLowerCase() as Hex
  }

  async function readSigners(): Promise<ReadonlySet<Hex>> {
    const activeSeats = { abi, functionName: 'activeSeats' } as const
    const data = await ask(encodeFunctionData(activeSeats))
    const seats = decodeFunctionResult({ ...activeSeats, data })
    const taken = Array.from({ length: 256 }, (_, seat) => seat).filter(
      (seat) => ((seats >> BigInt(seat)) & 1n) === 1n,
    )
    return new Set(await Promise.all(taken.map(signerIn)))
  }

  return {
    has: (signer) => signers.has(signer),
    refresh: async () => {
      if (clock.steadyMs() < nextMs) return
      nextMs = clock.steadyMs() + FRESH_MS
      signers = await readSigners().catch(() => signers)
    },
  }
}
