import { TransactionReceiptNotFoundError, type Hex, type TransactionReceipt } from 'viem'

import type { Session } from '../session/session.ts'
import { RevertedError, StillPendingError, StoppedError } from './errors.ts'
import { toRefusal, tryIntent, type Intent } from './intent.ts'
import type { Sender } from './sender.ts'
import { agreeTerms, readNonce, type Terms } from './terms.ts'

/** How often a node is asked whether a transaction is in a block, and for how long. */
const pollMs = 250
const patienceMs = 120_000

/**
 * Tries a transaction, sends it, and waits until it is in a block.
 *
 * @throws {@link RefusedError} where a contract refuses it; nothing was sent.
 * @throws {@link FundsTooLowError} where the wallet cannot pay for it; nothing was sent.
 * @throws {@link NotSentError} where the node does not take it.
 * @throws {@link StoppedError} where the command was ended before it was sent.
 * @throws {@link StillPendingError} where it was sent, and the wait was ended.
 * @throws {@link RevertedError} where it failed in its block.
 */
export async function sendTransaction(
  session: Session,
  sender: Sender,
  intent: Intent,
): Promise<TransactionReceipt> {
  return awaitTransaction(session, await submitTransaction(session, sender, intent))
}

/**
 * Tries a transaction and sends it; returns its hash once the node has it.
 *
 * It throws as {@link sendTransaction} does for what was not sent.
 */
async function submitTransaction(session: Session, sender: Sender, intent: Intent): Promise<Hex> {
  const { printer } = session.shell
  printer.status('Trying ...')
  await tryIntent(session, sender, intent)
  printer.status('Sending ...')
  return signAndSend(session, sender, {
    ...intent,
    ...(await agreeTerms(session, sender, intent)),
    nonce: await readNonce(session, sender),
  })
}

/**
 * Waits until what was sent is in a block.
 *
 * It throws as {@link sendTransaction} does for what was sent.
 */
export async function awaitTransaction(session: Session, hash: Hex): Promise<TransactionReceipt> {
  const receipt = await waitForReceipt(session, hash)
  if (receipt.status === 'reverted') throw new RevertedError(hash)
  return receipt
}

/** A transaction that only has to be signed. */
export type Agreed = Intent & Terms & { readonly nonce: number }

/**
 * Signs a transaction and sends it; returns its hash once the node has it.
 *
 * It throws as {@link sendSigned} does.
 */
export async function signAndSend(session: Session, sender: Sender, agreed: Agreed): Promise<Hex> {
  return sendSigned(session, await signAgreed(session, sender, agreed))
}

/** Returns a signed transaction, whose keccak256 is its hash. */
export function signAgreed({ chain }: Session, { account }: Sender, agreed: Agreed): Promise<Hex> {
  return account.signTransaction({ type: 'eip1559', chainId: chain.id, ...agreed })
}

/**
 * Sends what was signed; returns its hash once the node has it.
 *
 * @throws {@link NotSentError} where the node does not take it; {@link StoppedError} where the command was ended before.
 */
export async function sendSigned(
  { ledger, shell }: Session,
  serializedTransaction: Hex,
): Promise<Hex> {
  if (shell.signal.aborted) throw new StoppedError()
  try {
    return await ledger.client.sendRawTransaction({ serializedTransaction })
  } catch (error) {
    throw toRefusal(error)
  }
}

async function waitForReceipt(session: Session, hash: Hex): Promise<TransactionReceipt> {
  const { shell, ledger } = session
  const end = shell.clock.steadyMs() + patienceMs
  let without: bigint | undefined
  while (shell.clock.steadyMs() < end && !shell.signal.aborted) {
    shell.printer.status(`Sent ${hash}; waiting for its block ...`)
    // A hundred that wait together ask for one block.
    const head = await ledger.client.getBlockNumber({ cacheTime: pollMs }).catch(() => undefined)
    if (head === undefined || head !== without) {
      const receipt = await findReceipt(session, hash)
      if (typeof receipt === 'object') {
        shell.printer.status('')
        return receipt
      }
      if (receipt === 'none') without = head
    }
    await shell.clock.delay(pollMs, shell.signal)
  }
  throw new StillPendingError(hash)
}

/** A node that does not answer may be starting again; what was sent is still on its way. */
async function findReceipt(
  { ledger }: Session,
  hash: Hex,
): Promise<TransactionReceipt | 'none' | 'unknown'> {
  try {
    return await ledger.client.getTransactionReceipt({ hash })
  } catch (error) {
    return error instanceof TransactionReceiptNotFoundError ? 'none' : 'unknown'
  }
}
