import type { TransactionReceipt } from 'viem'

import type { Session } from '../session/session.ts'
import type { Intent } from '../transaction/intent.ts'
import { awaitTransaction, submitTransaction } from '../transaction/send.ts'
import type { Sender } from '../transaction/sender.ts'

/**
 * Sends in one key's name, and resolves once it is in a block.
 *
 * It throws as {@link submitTransaction} and {@link awaitTransaction} do.
 */
export type SendInTurn = (intent: Intent) => Promise<TransactionReceipt>

/**
 * Returns what sends one transaction after the other, since two at once would take the same number. Blocks are not waited for in
 * between: a thousand devices to be measured are two thousand transactions, and a block comes each second.
 */
export function createSendQueue(session: Session, sender: Sender): SendInTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (intent) => {
    const sent = last.then(() => submitTransaction(session, sender, intent))
    last = sent.catch(() => {})
    return sent.then((hash) => awaitTransaction(session, hash))
  }
}
