import { createGate } from '@nexqloud/kernel'
import type { Hex, TransactionReceipt } from 'viem'

import type { Session } from '../session/session.ts'
import { RevertedError } from '../transaction/errors.ts'
import type { Intent } from '../transaction/intent.ts'
import { awaitTransaction, signAndSend } from '../transaction/send.ts'
import type { Sender } from '../transaction/sender.ts'
import { agreeTerms, readNonce, type Terms } from '../transaction/terms.ts'

/**
 * Sends in one key's name, and resolves once it is in a block.
 *
 * It throws as {@link agreeTerms}, {@link signAndSend} and {@link awaitTransaction} do.
 */
export type SendInTurn = (intent: Intent) => Promise<TransactionReceipt>

/** What a transaction needs is asked for so many at once: a node refuses who asks for too much. */
const ASKED_AT_ONCE = 16

/**
 * Returns what sends one transaction after the other, in the order in which they were asked for, since two at once would take the same number. What each needs is asked
 * while it stands in line, and blocks are not waited for in between: a thousand devices to be measured are two thousand transactions, and a block comes each second.
 */
export function createSendQueue(session: Session, sender: Sender): SendInTurn {
  const pass = createGate(ASKED_AT_ONCE)
  let last: Promise<unknown> = Promise.resolve()
  /** Nobody else sends with this key; where one was not taken after all, the node says which number is next. */
  let next: number | undefined
  const sendNext = async (wanted: Intent & Terms): Promise<Hex> => {
    const nonce = next ?? (await readNonce(session, sender))
    next = undefined
    const hash = await signAndSend(session, sender, { ...wanted, nonce })
    next = nonce + 1
    return hash
  }
  const sendInTurn: SendInTurn = async (intent) => {
    const terms = pass(() => agreeTerms(session, sender, intent))
    const sent = last.then(async () => sendNext({ ...intent, ...(await terms) }))
    terms.catch(() => {})
    last = sent.catch(() => {})
    const hash = await sent
    try {
      return await awaitTransaction(session, hash)
    } catch (failure) {
      next = undefined
      throw failure
    }
  }
  return async ({ gas, ...intent }) => {
    if (gas === undefined) return sendInTurn(intent)
    try {
      return await sendInTurn({ ...intent, gas })
    } catch (failure) {
      if (!(failure instanceof RevertedError)) throw failure
      // Either that was too little, or a contract refuses all of it: the node says which.
      return sendInTurn(intent)
    }
  }
}
