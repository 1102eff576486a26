import type { Clock } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import { decodeFunctionResult, encodeFunctionData, type Hex } from 'viem'

import type { Caller, Simulator } from '../simulation/simulator.ts'

/** The masternodes that work, as the chain knew them lately. */
export type MasternodeSet = {
  /** Whether this is the signing key of one; lower case. Nothing before the chain has answered for the first time. */
  readonly has: (signer: Hex) => boolean | undefined
  /** Asks the chain anew, unless it did so lately: until it is answered, or the node ends. */
  readonly refresh: () => Promise<void>
}

/** What the set stands on. */
export type MasternodeSetParts = {
  readonly simulator: Pick<Simulator, 'call'>
  /** Returns the number of the newest block. */
  readonly headNumber: () => bigint
  readonly clock: Clock
  /** Aborts when the node ends. */
  readonly signal: AbortSignal
  /** Told each time that the chain could not be asked; whom it knew before, the set goes on to know. */
  readonly onFailure: (failure: unknown) => void
}

/** A masternode that was admitted a moment ago waits for so long before its transactions go first. */
const FRESH_MS = 30_000

/** A chain that could not be asked is asked again after so long. */
const RETRY_MS = 5000

/** No client's calls, however many, keep the node from knowing its masternodes. */
const caller: Caller = { client: 'node', isNode: true }

const { abi, address } = contracts.masternodes
const nobody: Hex = `0x${'00'.repeat(20)}`

/** Returns a set that knows nobody yet. */
export function createMasternodeSet(parts: MasternodeSetParts): MasternodeSet {
  const { simulator, headNumber, clock, signal, onFailure } = parts
  let signers: ReadonlySet<Hex> | undefined
  let nextMs = -Infinity
  let isAsking = false

  async function ask(data: Hex, blockNumber: bigint): Promise<Hex> {
    const message = { from: nobody, to: address, data, value: 0n, gasPrice: 0n, accessList: [] }
    const outcome = await simulator.call({ at: { blockNumber }, message }, caller)
    if (outcome.status !== 'returned') throw new Error('The masternodes’ contract did not answer.')
    return outcome.data
  }

  async function signerIn(seat: number, blockNumber: bigint): Promise<Hex> {
    const inSeat = { abi, functionName: 'inSeat', args: [seat] } as const
    const taken = await ask(encodeFunctionData(inSeat), blockNumber)
    const id = decodeFunctionResult({ ...inSeat, data: taken })
    const masternode = { abi, functionName: 'masternode', args: [id] } as const
    const data = await ask(encodeFunctionData(masternode), blockNumber)
    return decodeFunctionResult({ ...masternode, data }).signer.toLowerCase() as Hex
  }

  /** All of it as one block has it: a seat that is taken in the next one may be of nobody in this. */
  async function readSigners(): Promise<ReadonlySet<Hex>> {
    const blockNumber = headNumber()
    const activeSeats = { abi, functionName: 'activeSeats' } as const
    const data = await ask(encodeFunctionData(activeSeats), blockNumber)
    const seats = decodeFunctionResult({ ...activeSeats, data })
    const taken = Array.from({ length: 256 }, (_, seat) => seat).filter(
      (seat) => ((seats >> BigInt(seat)) & 1n) === 1n,
    )
    return new Set(await Promise.all(taken.map((seat) => signerIn(seat, blockNumber))))
  }

  async function readUntilAnswered(): Promise<void> {
    while (!signal.aborted) {
      try {
        signers = await readSigners()
        nextMs = clock.steadyMs() + FRESH_MS
        return
      } catch (failure) {
        if (signal.aborted) return
        onFailure(failure)
        await clock.delay(RETRY_MS, signal)
      }
    }
  }

  return {
    has: (signer) => signers?.has(signer),
    refresh: async () => {
      if (isAsking || clock.steadyMs() < nextMs) return
      isAsking = true
      await readUntilAnswered()
      isAsking = false
    },
  }
}
