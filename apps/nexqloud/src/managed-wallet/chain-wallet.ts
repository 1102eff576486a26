import type { OpenWallet } from '@nexqloud/control'
import {
  parseAddress,
  parseMasternodeId,
  type BaseError,
  type MasternodeId,
} from '@nexqloud/kernel'
import type { WalletAction } from '@nexqloud/rules'
import { keccak256, TransactionReceiptNotFoundError, type Hex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'

import { callLeases } from '../account/call.ts'
import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import { FundsTooLowError, RefusedError, RevertedError } from '../transaction/errors.ts'
import type { Intent } from '../transaction/intent.ts'
import { awaitTransaction, sendSigned, signAgreed } from '../transaction/send.ts'
import type { Sender } from '../transaction/sender.ts'
import { agreeTerms } from '../transaction/terms.ts'
import { showTime } from '../unit.ts'

/** Returns what a key does on the chain, for the masternodes that steer what it pays for. */
export function createChainWallet(
  session: Session,
  here: () => Promise<readonly MasternodeId[]>,
  account: PrivateKeyAccount,
): OpenWallet {
  const address = parseAddress(account.address)
  const sender: Sender = { wallet: { name: address, address, file: '' }, account }
  const { leases, client } = session.ledger
  const toIntent = (action: WalletAction): Intent => encode(action, address)
  return {
    address,
    readFacts: async ({ announcements, approved }) => {
      // One after the other: what a block between two of them brings is seen by those after it.
      const nonce = await readChain(client.getTransactionCount({ address }))
      const isAnnounced = await readChain(wasAnyDone(session, announcements))
      const those = await here()
      const ids = [...new Set([...those, ...approved.map(parseMasternodeId)])]
      const [balanceWei, areApproved, { maxTotal, maxRate, leaving }] = await readChain(
        Promise.all([
          client.getBalance({ address }),
          Promise.all(ids.map((id) => leases.read.isApproved([address, id]))),
          leases.read.account([address]),
        ]),
      )
      const masternodes = ids.map((id, at) => {
        return { id, isApproved: areApproved[at] === true, isHere: those.includes(id) }
      })
      const limits = { maxTotalWei: maxTotal, maxRate }
      return { balanceWei, nonce, masternodes, ...limits, leavingWei: leaving, isAnnounced }
    },
    refusalOf: async (action) => {
      try {
        await agreeTerms(session, sender, toIntent(action))
        return undefined
      } catch (failure) {
        if (isRefusal(failure)) return `${action.does}: ${explain(failure)}`
        throw failure
      }
    },
    act: async (action, nonce, note) => {
      const intent = toIntent(action)
      const terms = await agreeTerms(session, sender, intent)
      const signed = await signAgreed(session, sender, { ...intent, ...terms, nonce })
      await note(keccak256(signed))
      const hash = await sendSigned(session, signed)
      try {
        await awaitTransaction(session, hash)
        return hash
      } catch (failure) {
        if (failure instanceof RevertedError) return undefined
        throw failure
      }
    },
  }
}

/** Whether one of several transactions is in a block, and did not fail there. */
async function wasAnyDone(
  { ledger: { client } }: Session,
  hashes: readonly string[],
): Promise<boolean> {
  for (const hash of hashes) {
    try {
      const { status } = await client.getTransactionReceipt({ hash: hash as Hex })
      if (status === 'success') return true
    } catch (failure) {
      if (!(failure instanceof TransactionReceiptNotFoundError)) throw failure
    }
  }
  return false
}

function isRefusal(failure: unknown): failure is BaseError {
  return failure instanceof RefusedError || failure instanceof FundsTooLowError
}

/** What only has to wait says until when. */
function explain(failure: BaseError): string {
  const isEarly =
    failure instanceof RefusedError && failure.errorName === 'LeasesWithdrawalTooEarly'
  return isEarly
    ? `it can leave after ${showTime(BigInt(String(failure.args[1])))}.`
    : failure.message
}

function encode(action: WalletAction, address: `0x${string}`): Intent {
  switch (action.does) {
    case 'approve':
    case 'revoke':
      return callLeases({ functionName: action.does, args: [action.masternode] })
    case 'setLimits':
      return callLeases({
        functionName: 'setLimits',
        args: [action.maxTotalWei, Number(action.maxRate)],
      })
    case 'deposit':
      return callLeases({ functionName: 'deposit', args: [address] }, action.amountWei)
    case 'announce':
      return callLeases({ functionName: 'announceWithdrawal', args: [action.amountWei] })
    case 'withdraw':
      return callLeases({ functionName: 'withdraw', args: [action.to] })
    default:
      throw new TypeError('A wallet does no such thing.')
  }
}
