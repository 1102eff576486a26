import { inParts } from '@nexqloud/kernel'
import type { Hex, TransactionReceipt } from 'viem'

import type { Session } from '../session/session.ts'
import { tryIntent, type Intent } from './intent.ts'
import { awaitTransaction, signAndSend } from './send.ts'
import type { Sender } from './sender.ts'
import { agreeBatchTerms, readNonce } from './terms.ts'

/** A pool takes no more of one sender at a time, waits for so many that come before their turn, and answers so many questions. */
const [IN_POOL, SENT_AT_ONCE, ASKED_AT_ONCE] = [512, 16, 50]

/** Told how many of all are in blocks. */
type OnProgress = (done: number) => void

/**
 * Sends transactions of one kind in their order, and resolves with their receipts once all are in blocks: none waits for the block of the one
 * before it. The first is tried; each gets what the first or the last needs. Who sends nothing else meanwhile has them executed in this order.
 *
 * It throws as {@link sendTransaction} does; some may have been sent by then, so that whoever goes on looks at the chain first.
 */
export async function sendBatch(
  session: Session,
  { sender, intents }: { readonly sender: Sender; readonly intents: readonly Intent[] },
  onProgress: OnProgress = () => {},
): Promise<readonly TransactionReceipt[]> {
  const receipts: TransactionReceipt[] = []
  for (const part of inParts(intents, IN_POOL)) {
    const hashes = await submitAll(session, sender, part)
    for (const some of inParts(hashes, ASKED_AT_ONCE)) {
      receipts.push(...(await Promise.all(some.map((hash) => awaitTransaction(session, hash)))))
      onProgress(receipts.length)
    }
  }
  return receipts
}

async function submitAll(
  session: Session,
  sender: Sender,
  intents: readonly Intent[],
): Promise<readonly Hex[]> {
  const [first, ...others] = intents
  if (first === undefined) return []
  await tryIntent(session, sender, first)
  const terms = await agreeBatchTerms(session, sender, [first, ...others])
  const nonce = await readNonce(session, sender)
  const numbered = intents.map((intent, index) => ({ ...intent, ...terms, nonce: nonce + index }))
  const hashes: Hex[] = []
  for (const some of inParts(numbered, SENT_AT_ONCE)) {
    hashes.push(...(await Promise.all(some.map((agreed) => signAndSend(session, sender, agreed)))))
  }
  return hashes
}
