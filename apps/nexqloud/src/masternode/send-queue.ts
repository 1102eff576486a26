import type { TransactionReceipt } from 'viem'

import type { Session } from '../session/session.ts'
import type { Intent } from '../transaction/intent.ts'
import { sendTransaction } from '../transaction/send.ts'
import type { Sender } from '../transaction/sender.ts'

/**
 * Sends in one key's name, and resolves once it is in a block.
 *
 * It throws as {@link sendTransaction} does.
 */
export type SendInTurn = (intent: Intent) => Promise<TransactionReceipt>

/** Returns what sends one transaction after the other: two at once would take the same number. */
export function createSendQueue(session: Session, sender: Sender): SendInTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (intent) => {
    const next = last.then(() => sendTransaction(session, sender, intent))
    last = next.catch(() => {})
    return next
  }
}
