import { parseAddress, type Clock } from '@nexqloud/kernel'
import { contracts, type Ledger } from '@nexqloud/ledger'
import type { Logger } from 'pino'
import { encodeFunctionData } from 'viem'

import { readChain } from '../session/read-chain.ts'
import type { SendInTurn } from './send-queue.ts'

/** What a quoter stands on. */
export type QuoterParts = {
  readonly ledger: Pick<Ledger<undefined>, 'prices'>
  /** Sends in the name of a price signer. */
  readonly send: SendInTurn
  readonly clock: Pick<Clock, 'delay'>
  readonly log: Pick<Logger, 'warn'>
}

/** A quote counts for an hour: twice in that time, so that one may fail. */
const QUOTE_MS = 30 * 60_000
const FAILED_MS = 60_000
const { address, abi } = contracts.prices

/**
 * Quotes the price that there is, until the signal aborts. A local network has no market, and one whose price is older than two days sells no digital keys
 * and opens no leases.
 */
export async function runQuoter(
  { ledger, send, clock, log }: QuoterParts,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const price = await readChain(ledger.prices.read.currentPrice())
      const data = encodeFunctionData({ abi, functionName: 'quote', args: [price] })
      await send({ to: parseAddress(address), data })
      await clock.delay(QUOTE_MS, signal)
    } catch (error) {
      log.warn({ err: error }, 'priceNotQuoted')
      await clock.delay(FAILED_MS, signal)
    }
  }
}
