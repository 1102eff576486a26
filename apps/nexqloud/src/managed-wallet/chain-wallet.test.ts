import { parseMasternodeId } from '@nexqloud/kernel'
import { TransactionReceiptNotFoundError } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'

import type { Session } from '../session/session.ts'
import { createChainWallet } from './chain-wallet.ts'

const account = privateKeyToAccount(`0x${'7e'.repeat(32)}`)
const hash = `0x${'1'.repeat(64)}` as const

test.each([0, 1, 2, 3, 4, 5])(
  'whichever block comes between two questions (number %i), no used number is without its announcement, and none without what leaves',
  async (at) => {
    const session = createSession({ announcedAt: at })
    const wallet = createChainWallet(session, async () => [parseMasternodeId(1)], account)
    const { nonce, isAnnounced, leavingWei } = await wallet.readFacts({
      announcements: [hash],
      approved: [],
    })
    expect(nonce === 7 || isAnnounced).toBe(true)
    expect(!isAnnounced || leavingWei === 5n).toBe(true)
  },
)

/** Returns a session of a chain that has a block more with each question, and what is announced from one of them on. */
function createSession({ announcedAt }: { readonly announcedAt: number }): Session {
  let block = -1
  const ask = <Answer>(before: Answer, after: Answer): Promise<Answer> => {
    block += 1
    return Promise.resolve(block < announcedAt ? before : after)
  }
  const state = { maxTotal: 0n, maxRate: 0n }
  const ledger = {
    client: {
      getTransactionCount: () => ask(7, 8),
      getBalance: () => ask(0n, 0n),
      getTransactionReceipt: async () => {
        const receipt = await ask(undefined, { status: 'success' })
        if (receipt === undefined) throw new TransactionReceiptNotFoundError({ hash })
        return receipt
      },
    },
    leases: {
      read: {
        isApproved: () => ask(false, false),
        account: () => ask({ ...state, leaving: 0n }, { ...state, leaving: 5n }),
      },
    },
  }
  return { ledger } as unknown as Session
}
