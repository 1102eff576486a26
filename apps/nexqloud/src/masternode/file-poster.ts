import { parseAddress, type Clock } from '@nexqloud/kernel'
import { contracts, type Ledger } from '@nexqloud/ledger'
import type { Logger } from 'pino'
import { encodeFunctionData, keccak256 } from 'viem'

import { RefusedError } from '../transaction/errors.ts'
import type { SendInTurn } from './send-queue.ts'

/** What a poster stands on. */
export type FilePosterParts = {
  readonly ledger: Pick<Ledger<undefined>, 'settlement'>
  readonly send: SendInTurn
  readonly clock: Pick<Clock, 'wallMs' | 'delay'>
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** Between two looks at the clock. */
const LOOK_MS = 5000
/** No lease is billed yet, so the file of every period is empty. */
const EMPTY_FILE = keccak256('0x')
const { address, abi } = contracts.settlement

/**
 * Posts the file of each period after its end, until the signal aborts. Who posts none for three periods is not active any more: no device is measured by
 * it, and none finds it. Nothing that fails ends it; it looks again.
 */
export async function runFilePoster(parts: FilePosterParts, signal: AbortSignal): Promise<void> {
  const { clock, log } = parts
  let posted = -1
  while (!signal.aborted) {
    try {
      const ended = await lastEnded(parts)
      if (ended > posted && (await post(parts, ended))) posted = ended
    } catch (error) {
      log.warn({ err: error }, 'fileNotPosted')
    }
    await clock.delay(LOOK_MS, signal)
  }
}

/** Returns the last period that is over; -1 before there is one. The chain's own clock stands between two blocks. */
async function lastEnded({ ledger, clock }: FilePosterParts): Promise<number> {
  const { read } = ledger.settlement
  const [genesisTime, periodSeconds] = await Promise.all([read.genesisTime(), read.periodSeconds()])
  const age = Math.floor(clock.wallMs() / 1000) - Number(genesisTime)
  return Math.floor(age / Number(periodSeconds)) - 1
}

/** Returns whether nothing is left to be done for the period. */
async function post({ send, log }: FilePosterParts, period: number): Promise<boolean> {
  const args = [BigInt(period), EMPTY_FILE] as const
  const data = encodeFunctionData({ abi, functionName: 'postFile', args })
  try {
    await send({ to: parseAddress(address), data })
    log.info({ period }, 'filePosted')
    return true
  } catch (error) {
    if (error instanceof RefusedError && isOver.has(error.errorName)) return true
    throw error
  }
}

/** By an earlier start of this masternode, or while it was away. */
const isOver: ReadonlySet<string> = new Set(['SettlementAlreadyPosted', 'SettlementTooLate'])
