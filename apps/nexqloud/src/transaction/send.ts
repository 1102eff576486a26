import { BaseError, type Address } from '@nexqloud/kernel'
import { ContractRefusalError, explainFailure } from '@nexqloud/ledger'
import type { Hex, LocalAccount, TransactionReceipt } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import type { Wallet } from '../keystore/key-folder.ts'
import { findWallet, unlockWallet } from '../keystore/keyring.ts'
import { readPassword } from '../keystore/password.ts'
import type { PasswordOptions, SendOptions } from '../option.ts'
import type { Session } from '../session/session.ts'
import {
  FundsTooLowError,
  NotSentError,
  RefusedError,
  RevertedError,
  StillPendingError,
  StoppedError,
} from './errors.ts'
import { offerWithRoom } from './fee.ts'

/** What a transaction shall do. */
export type Intent = {
  readonly to: Address | Hex
  readonly data?: Hex
  /** In wei. */
  readonly value?: bigint
}

/** How often a node is asked whether a transaction is in a block, and for how long. */
const pollMs = 250
const patienceMs = 120_000

/** Estimates are of the state now; when a period begins in between, the contracts have more to do. */
const gasMarginPercent = 30n

/**
 * A chain without work has no new block: asked about its latest one, contracts would answer for a time that has passed.
 */
export const nextBlock = { blockTag: 'pending' } as const

/** A wallet that is open. */
export type Sender = { readonly wallet: Wallet; readonly account: LocalAccount }

/** Opens the wallet that a command sends from: `--from`, else the only one. */
export async function openSender(session: Session, options: SendOptions): Promise<Sender> {
  return openWallet(session, findWallet(session.keyring, options.from), options)
}

/** Opens a wallet, by whichever way its password comes. */
export async function openWallet(
  { shell }: Pick<Session, 'shell'>,
  wallet: Wallet,
  options: PasswordOptions,
): Promise<Sender> {
  const password = await readPassword(wallet, options, shell)
  const { privateKey } = await unlockWallet(wallet, password)
  return { wallet, account: privateKeyToAccount(privateKey) }
}

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
  const { printer } = session.shell
  printer.status('Trying ...')
  await tryIntent(session, sender, intent)
  printer.status('Sending ...')
  const hash = await signAndSend(session, sender, intent)
  const receipt = await waitForReceipt(session, hash)
  if (receipt.status === 'reverted') throw new RevertedError(hash)
  return receipt
}

/**
 * Asks the chain what a transaction would do.
 *
 * @throws {@link RefusedError} where a contract refuses it.
 * @throws {@link FundsTooLowError} where the wallet has less than its value.
 */
export async function tryIntent(
  { ledger }: Session,
  { wallet, account }: Sender,
  intent: Intent,
): Promise<void> {
  const { value = 0n } = intent
  try {
    const balance = await ledger.client.getBalance({ address: account.address })
    if (balance < value) throw new FundsTooLowError({ wallet: wallet.name, balance, needed: value })
    await ledger.client.call({ account: account.address, ...intent, ...nextBlock })
  } catch (error) {
    throw toRefusal(error)
  }
}

async function signAndSend(session: Session, sender: Sender, intent: Intent): Promise<Hex> {
  const { ledger, chain, shell } = session
  const { account } = sender
  try {
    const terms = await agreeTerms(session, sender, intent)
    const serializedTransaction = await account.signTransaction({
      type: 'eip1559',
      chainId: chain.id,
      ...intent,
      ...terms,
    })
    if (shell.signal.aborted) throw new StoppedError()
    return await ledger.client.sendRawTransaction({ serializedTransaction })
  } catch (error) {
    throw toRefusal(error)
  }
}

/** Asks the node for what a transaction needs besides its intent. */
async function agreeTerms(
  { ledger: { client } }: Session,
  { wallet, account: { address } }: Sender,
  intent: Intent,
) {
  const { value = 0n, data } = intent
  const [estimate, offer, nonce, balance] = await Promise.all([
    client.estimateGas({ account: address, ...intent, ...nextBlock }),
    client.estimateFeesPerGas(),
    client.getTransactionCount({ address, ...nextBlock }),
    client.getBalance({ address }),
  ])
  const gas = data === undefined ? estimate : withMargin(estimate)
  const fees = offerWithRoom(offer, { balance, value, gas })
  if (fees === undefined) {
    const needed = value + gas * offer.maxFeePerGas
    throw new FundsTooLowError({ wallet: wallet.name, balance, needed })
  }
  return { gas, nonce, ...fees }
}

function withMargin(gas: bigint): bigint {
  return gas + (gas * gasMarginPercent) / 100n
}

/** A contract's own reason comes first; our errors stay; whatever else is the node's affair. */
function toRefusal(error: unknown): unknown {
  const explained = explainFailure(error)
  if (explained instanceof ContractRefusalError) return new RefusedError(explained)
  return explained instanceof BaseError ? explained : new NotSentError(explained)
}

async function waitForReceipt({ ledger, shell }: Session, hash: Hex): Promise<TransactionReceipt> {
  const end = shell.clock.steadyMs() + patienceMs
  while (shell.clock.steadyMs() < end && !shell.signal.aborted) {
    shell.printer.status(`Sent ${hash}; waiting for its block ...`)
    // A node that does not answer may be starting again; what was sent is still on its way.
    const receipt = await ledger.client.getTransactionReceipt({ hash }).catch(() => undefined)
    if (receipt !== undefined) {
      shell.printer.status('')
      return receipt
    }
    await shell.clock.delay(pollMs, shell.signal)
  }
  throw new StillPendingError(hash)
}
