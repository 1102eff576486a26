import { parseAddress, parseMasternodeId, type MasternodeId } from '@nexqloud/kernel'
import type { WalletAction, WalletFacts } from '@nexqloud/rules'
import { expect } from 'vitest'

import {
  defineManagedWallets,
  managedWallets,
  type ManagedWallet,
} from '../src/wallet/managed-wallet.ts'
import { runWalletKeeper, type OpenWallet, type WalletVault } from '../src/wallet/wallet-keeper.ts'
import { openCluster } from './cluster.ts'

/** Of the wallet that is kept. */
export const address = parseAddress(`0x${'a'.repeat(40)}`)

const keeper = parseMasternodeId(1)
const [namespace, name] = ['default', 'account']

/** The keeper's life ended. */
export class DeathError extends Error {}

/** Opens an API without a wallet, and what keeps one there by a chain in memory; both end with the test. */
export async function openWalletLab({ isForeign = false } = {}) {
  const cluster = await openCluster()
  const { client, clock, signal, onFailure } = cluster
  await defineManagedWallets(client)
  const { open, life, ...memory } = createMemoryWallet()
  const vault: WalletVault = {
    open: async () => {
      await life.whenOpened?.()
      if (life.isLocked === true) return 'locked'
      return isForeign ? undefined : open
    },
  }
  void runWalletKeeper({ client, vault, clock, onFailure }, signal)
  return {
    ...memory,
    client,
    clock,
    life,
    failures: cluster.failures,
    wallet: async (): Promise<ManagedWallet['status']> =>
      (await client.get(managedWallets, { namespace, name })).status,
    /** Writes what is wished, and lets everything happen that follows. */
    want: async (wish: ManagedWallet['spec']): Promise<void> => {
      const there = await client.list(managedWallets, { namespace })
      if (there.items.length === 0) {
        await client.create(managedWallets, { namespace }, { metadata: { name }, spec: wish })
      } else {
        const body = JSON.parse(JSON.stringify({ spec: wish }))
        await client.patch(managedWallets, { namespace, name }, { type: 'merge', body })
      }
      for (let turn = 0; turn < 20; turn += 1) await clock.pass(10)
    },
  }
}

/** Returns a wallet on a chain in memory, and what a test may do to both. */
function createMemoryWallet() {
  const sent: WalletAction[] = []
  /** Actions that the chain refuses, and those that fail in their block. */
  const [refused, failing] = [new Set<string>(), new Set<string>()]
  /** Masternodes beside its keeper that work on the API. */
  const others = new Set<MasternodeId>()
  const life: { endsBefore?: string; whenOpened?: () => Promise<unknown>; isLocked?: boolean } = {}
  const chain = {
    balanceWei: 0n,
    nonce: 0,
    approved: new Set<number>(),
    maxTotalWei: 0n,
    maxRate: 0n,
    leavingWei: 0n,
  }
  const done = new Set<string>()
  let signed = 0
  const open: OpenWallet = {
    address,
    readFacts: async ({ announcements, approved }) => {
      const here = [...others, keeper]
      const ids = new Set([...here, ...approved.map(parseMasternodeId)])
      return {
        ...chain,
        masternodes: [...ids].map((id) => {
          return { id, isApproved: chain.approved.has(id), isHere: here.includes(id) }
        }),
        isAnnounced: announcements.some((hash) => done.has(hash)),
      }
    },
    refusalOf: async ({ does }) => (refused.has(does) ? `${does} is refused.` : undefined),
    act: async (action, nonce, note) => {
      expect(nonce).toBe(chain.nonce)
      signed += 1
      const hash = `0x${signed}`
      await note(hash)
      if (life.endsBefore === action.does) throw new DeathError('It died before it sent.')
      sent.push(action)
      chain.nonce += 1
      if (failing.has(action.does)) return undefined
      done.add(hash)
      Object.assign(chain, effectOf(action, chain))
      return hash
    },
  }
  return { open, life, others, chain, sent, refused, failing }
}

type Chain = Omit<WalletFacts, 'masternodes' | 'isAnnounced'> & { readonly approved: Set<number> }

function effectOf(action: WalletAction, chain: Chain): Partial<Chain> {
  if (action.does === 'approve') {
    return { approved: new Set([...chain.approved, action.masternode]) }
  }
  if (action.does === 'revoke') {
    return { approved: new Set([...chain.approved].filter((id) => id !== action.masternode)) }
  }
  if (action.does === 'setLimits') {
    return { maxTotalWei: action.maxTotalWei, maxRate: action.maxRate }
  }
  if (action.does === 'deposit') return { balanceWei: chain.balanceWei - action.amountWei }
  if (action.does === 'announce') return { leavingWei: chain.leavingWei + action.amountWei }
  return action.does === 'withdraw' ? { leavingWei: 0n } : {}
}
