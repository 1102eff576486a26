import type { Address, Clock } from '@nexqloud/kernel'
import type { Logger } from 'pino'

import type { SendInTurn } from './send-queue.ts'

/** What asking for a block takes. */
export type AskForBlockParts = {
  readonly isTimeProven: () => boolean
  readonly send: SendInTurn
  readonly signer: Address
  readonly clock: Pick<Clock, 'delay'>
  readonly log: Pick<Logger, 'warn'>
}

/** A chain that is at work makes a block by itself within that. */
const PATIENCE_MS = 3000

/**
 * Has the chain make a block where none comes: one without work makes one a minute, and until one has come nobody who has just begun knows what time it is,
 * while what was witnessed before may be due within seconds. It sends nothing to itself, which costs a fee and changes nothing.
 */
export async function askForBlock(
  { isTimeProven, send, signer, clock, log }: AskForBlockParts,
  signal: AbortSignal,
): Promise<void> {
  await clock.delay(PATIENCE_MS, signal)
  if (signal.aborted || isTimeProven()) return
  try {
    await send({ to: signer })
  } catch (err) {
    // The next block comes all the same.
    log.warn({ err }, 'noBlockAskedFor')
  }
}
