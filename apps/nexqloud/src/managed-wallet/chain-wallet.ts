import type { OpenWallet } from '@nexqloud/control'
import { parseAddress, type BaseError, type MasternodeId } from '@nexqloud/kernel'
import type { WalletAction } from '@nexqloud/rules'
import type { PrivateKeyAccount } from 'viem/accounts'

import { callLeases } from '../account/call.ts'
import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import { FundsTooLowError, RefusedError, RevertedError } from '../transaction/errors.ts'
import type { Intent } from '../transaction/intent.ts'
import { awaitTransaction, signAndSend } from '../transaction/send.ts'
import type { Sender } from '../transaction/sender.ts'
import { agreeTerms } from '../transaction/terms.ts'
import { showTime } from '../unit.ts'

/** Returns what a key does on the chain, for the masternode that keeps it. */
export function createChainWallet(
  session: Session,
  masternode: MasternodeId,
  account: PrivateKeyAccount,
): OpenWallet {
  const address = parseAddress(account.address)
  const sender: Sender = { wallet: { name: address, address, file: '' }, account }
  const { leases, client } = session.ledger
  const toIntent = (action: WalletAction): Intent => encode(action, { masternode, address })
  return {
    address,
    readFacts: async () => {
      const [balanceWei, nonce, isApproved, { maxTotal, maxRate, leaving }] = await readChain(
        Promise.all([
          client.getBalance({ address }),
          // Of the newest block: what waits for one is sent again, and is there already.
          client.getTransactionCount({ address }),
          leases.read.isApproved([address, masternode]),
          leases.read.account([address]),
        ]),
      )
      return { balanceWei, nonce, isApproved, maxTotalWei: maxTotal, maxRate, leavingWei: leaving }
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
    act: async (action, nonce) => {
      const intent = toIntent(action)
      const terms = await agreeTerms(session, sender, intent)
      const hash = await signAndSend(session, sender, { ...intent, ...terms, nonce })
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

function encode(
  action: WalletAction,
  { masternode, address }: { readonly masternode: number; readonly address: `0x${string}` },
): Intent {
  switch (action.does) {
    case 'approve':
    case 'revoke':
      return callLeases({ functionName: action.does, args: [masternode] })
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
