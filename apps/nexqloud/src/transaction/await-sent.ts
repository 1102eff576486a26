import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import { nextBlock } from './intent.ts'
import type { Sender } from './sender.ts'

/** How often a node is asked, and for how long: what lies in its pool for longer may never leave it. */
const [POLL_MS, PATIENCE_MS] = [250, 120_000]

/**
 * Waits until all that a sender has sent is in blocks: a process that was killed may have sent something which the chain does not show yet, and
 * whoever goes on would do it again.
 */
export async function awaitSent(
  { ledger: { client }, shell: { clock, signal } }: Session,
  { account: { address } }: Pick<Sender, 'account'>,
): Promise<void> {
  const untilMs = clock.steadyMs() + PATIENCE_MS
  while (!signal.aborted && clock.steadyMs() < untilMs) {
    const [done, sent] = await readChain(
      Promise.all([
        client.getTransactionCount({ address, blockTag: 'latest' }),
        client.getTransactionCount({ address, ...nextBlock }),
      ]),
    )
    if (done >= sent) return
    await clock.delay(POLL_MS, signal)
  }
}
