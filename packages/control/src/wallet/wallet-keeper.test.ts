import { parseAddress, parseMasternodeId, type MasternodeId } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import type { WalletAction, WalletFacts } from '@nexqloud/rules'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { annotations } from '../object/names.ts'
import { defineManagedWallets, managedWallets, type ManagedWallet } from './managed-wallet.ts'
import { runWalletKeeper, type OpenWallet, type WalletVault } from './wallet-keeper.ts'

const address = parseAddress(`0x${'a'.repeat(40)}`)
const other = parseAddress(`0x${'b'.repeat(40)}`)
const [first, second] = [parseMasternodeId(1), parseMasternodeId(2)]
const spec = { maxTotalWei: '5000', maxRateMicroUsd: 1000 }
const name = { namespace: 'default', name: 'account' }

test('a namespace whose tenant has no wallet gets one, with limits and an approval on the chain', async () => {
  const { wallet, client, sent, want } = await setup()
  await want(spec)
  expect(await wallet()).toMatchObject({
    address,
    observedGeneration: 1,
    lastTransaction: '0x2',
    conditions: [{ type: 'Ready', status: 'True', reason: 'AsWished' }],
  })
  expect(sent.map(({ does }) => does)).toEqual(['setLimits', 'approve'])
  const { metadata } = await client.get(kinds.namespaces, { name: 'default' })
  expect(metadata?.annotations?.[annotations.account]).toBe(address)
})

test('whichever masternode comes to act for all may open leases, and none may once that is revoked', async () => {
  const { wallet, chain, others, want, clock } = await setup()
  await want(spec)
  others.add(second)
  await clock.pass(15_000)
  expect(chain.approved).toEqual(new Set([1, 2]))
  expect((await wallet())?.masternodes).toEqual([1, 2])
  others.clear()
  await want({ ...spec, approve: false })
  expect(chain.approved).toEqual(new Set())
})

test('what it is sent later goes into its account', async () => {
  const { chain, sent, want, clock } = await setup()
  await want(spec)
  chain.balanceWei = 10n ** 18n
  await clock.pass(15_000)
  expect(sent.at(-1)).toEqual({ does: 'deposit', amountWei: 99n * 10n ** 16n })
})

test('what is not there yet is not said to be', async () => {
  const { chain, wallet, refused, want } = await setup()
  refused.add('approve')
  await want(spec)
  expect(chain.maxRate).toBe(1000n)
  expect((await wallet())?.conditions).toMatchObject([{ status: 'False', reason: 'Refused' }])
  refused.clear()
  refused.add('setLimits')
  await want({ ...spec, maxRateMicroUsd: 2000 })
  expect(chain).toMatchObject({ approved: new Set([1]), maxRate: 1000n })
  expect((await wallet())?.conditions).toMatchObject([{ status: 'False', reason: 'Refused' }])
})

test('a namespace that another account pays for keeps it', async () => {
  const { wallet, client, want } = await setup()
  const body = { metadata: { annotations: { [annotations.account]: other } } }
  await client.patch(kinds.namespaces, { name: 'default' }, { type: 'merge', body })
  await want(spec)
  expect((await wallet())?.conditions).toMatchObject([{ status: 'False', reason: 'OtherAccount' }])
  const { metadata } = await client.get(kinds.namespaces, { name: 'default' })
  expect(metadata?.annotations?.[annotations.account]).toBe(other)
})

test('who writes another account there while a wallet is made is not overwritten', async () => {
  const { wallet, client, life, want, failures } = await setup()
  const body = { metadata: { annotations: { [annotations.account]: other } } }
  life.whenOpened = () =>
    client.patch(kinds.namespaces, { name: 'default' }, { type: 'merge', body })
  await want(spec)
  const { metadata } = await client.get(kinds.namespaces, { name: 'default' })
  expect(metadata?.annotations?.[annotations.account]).toBe(other)
  expect((await wallet())?.conditions).toMatchObject([{ reason: 'OtherAccount' }])
  expect(failures).toMatchObject([{ kind: 'conflict' }])
})

test('what is written of a wallet is not written of one that was made anew', async () => {
  const { wallet, client, life, want, failures } = await setup()
  life.whenOpened = async () => {
    delete life.whenOpened
    await client.delete(managedWallets, name)
    await client.create(
      managedWallets,
      { namespace: 'default' },
      { metadata: { name: 'account' }, spec },
    )
  }
  await want({ ...spec, withdraw: { serial: 1, to: other, amountWei: '700' } })
  expect((await wallet())?.withdrawal).toBeUndefined()
  expect((await wallet())?.conditions).toMatchObject([{ reason: 'AsWished' }])
  expect(failures).toMatchObject([{ kind: 'conflict' }])
})

test('a withdrawal is done once, however often the rest of the wish changes', async () => {
  const { wallet, chain, sent, want } = await setup()
  const withdraw = { serial: 1, to: other, amountWei: '700' }
  await want({ ...spec, withdraw })
  expect((await wallet())?.withdrawal).toEqual({
    serial: 1,
    nonce: 0,
    hashes: ['0x1'],
    isDone: true,
  })
  await want({ ...spec, maxRateMicroUsd: 2000, withdraw })
  expect(chain.maxRate).toBe(2000n)
  await want({ ...spec, withdraw: { ...withdraw, serial: 2 } })
  const left = sent.filter(({ does }) => does === 'withdraw' || does === 'announce')
  expect(left).toEqual([
    { does: 'announce', amountWei: 700n, serial: 1 },
    { does: 'withdraw', to: other },
    { does: 'announce', amountWei: 700n, serial: 2 },
    { does: 'withdraw', to: other },
  ])
})

test('what the chain refuses is told, and holds nothing else up', async () => {
  const { wallet, chain, refused, want, clock } = await setup()
  refused.add('announce')
  await want({ ...spec, withdraw: { serial: 1, to: other, amountWei: '700' } })
  expect(await wallet()).toMatchObject({
    conditions: [{ status: 'False', reason: 'Refused', message: 'announce is refused.' }],
  })
  expect(chain).toMatchObject({ approved: new Set([1]), maxRate: 1000n, leavingWei: 0n })
  refused.clear()
  await clock.pass(15_000)
  expect((await wallet())?.withdrawal).toMatchObject({ serial: 1, isDone: true })
})

test('a withdrawal that failed in its block is announced again', async () => {
  const { wallet, failing, sent, want, clock } = await setup()
  failing.add('announce')
  await want({ ...spec, withdraw: { serial: 1, to: other, amountWei: '700' } })
  expect((await wallet())?.withdrawal).toMatchObject({ isDone: false })
  failing.clear()
  await clock.pass(15_000)
  await clock.pass(15_000)
  expect((await wallet())?.withdrawal).toMatchObject({ isDone: true })
  expect(sent.filter(({ does }) => does === 'announce')).toHaveLength(2)
})

test('a withdrawal that was written down and not sent is made, also where its number went to something else', async () => {
  const { wallet, refused, sent, life, want, clock, failures } = await setup()
  await want(spec)
  life.endsBefore = 'announce'
  const withdraw = { serial: 1, to: other, amountWei: '700' }
  await want({ ...spec, withdraw })
  expect((await wallet())?.withdrawal).toMatchObject({ serial: 1, isDone: false })
  expect(failures.every((failure) => failure instanceof DeathError)).toBe(true)
  delete life.endsBefore
  refused.add('announce')
  await want({ ...spec, maxRateMicroUsd: 2000, withdraw })
  expect(sent.at(-1)).toMatchObject({ does: 'setLimits', maxRate: 2000n })
  expect((await wallet())?.withdrawal).toMatchObject({ serial: 1, isDone: false })
  refused.clear()
  await clock.pass(15_000)
  expect((await wallet())?.withdrawal).toMatchObject({ serial: 1, isDone: true })
  expect(sent.slice(-2).map(({ does }) => does)).toEqual(['announce', 'withdraw'])
})

test('a wallet that another masternode keeps is left to it', async () => {
  const { wallet, sent, want, failures } = await setup({ isForeign: true })
  await want(spec)
  expect(await wallet()).toBeUndefined()
  expect([sent, failures]).toEqual([[], []])
})

test('a wallet that its own masternode cannot open any more says so, and nothing of it is paid from', async () => {
  const { wallet, client, life, want, sent } = await setup()
  life.isLocked = true
  await want(spec)
  expect(await wallet()).toMatchObject({ conditions: [{ status: 'False', reason: 'Locked' }] })
  const { metadata } = await client.get(kinds.namespaces, { name: 'default' })
  expect(metadata?.annotations?.[annotations.account]).toBeUndefined()
  expect(sent).toEqual([])
})

test('limits that no account could hold are refused by the API', async () => {
  const { want } = await setup()
  for (const wrong of [
    { ...spec, maxTotalWei: '-1' },
    { ...spec, maxRateMicroUsd: 2 ** 40 },
    { ...spec, withdraw: { serial: 1, to: 'me', amountWei: '1' } },
    { ...spec, withdraw: { serial: 0, to: other, amountWei: '1' } },
  ]) {
    await expect(want(wrong)).rejects.toMatchObject({ reason: 'Invalid' })
  }
})

class DeathError extends Error {}

async function setup({ isForeign = false } = {}) {
  const cluster = await openCluster()
  const { client, clock, signal, onFailure } = cluster
  await defineManagedWallets(client)
  const sent: WalletAction[] = []
  const [refused, failing] = [new Set<string>(), new Set<string>()]
  const chain = {
    balanceWei: 0n,
    nonce: 0,
    approved: new Set<number>(),
    maxTotalWei: 0n,
    maxRate: 0n,
    leavingWei: 0n,
  }
  let signed = 0
  const done = new Set<string>()
  const others = new Set<MasternodeId>()
  const life: { endsBefore?: string; whenOpened?: () => Promise<unknown>; isLocked?: boolean } = {}
  const open: OpenWallet = {
    address,
    readFacts: async ({ announcements, approved }) => {
      const here = [...others, first]
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
  const vault: WalletVault = {
    open: async () => {
      await life.whenOpened?.()
      if (life.isLocked === true) return 'locked'
      return isForeign ? undefined : open
    },
  }
  void runWalletKeeper({ client, vault, clock, onFailure }, signal)
  return {
    client,
    clock,
    failures: cluster.failures,
    life,
    others,
    chain,
    sent,
    refused,
    failing,
    wallet: async (): Promise<ManagedWallet['status']> =>
      (await client.get(managedWallets, name)).status,
    /** Writes what is wished, and lets everything happen that follows. */
    want: async (wish: ManagedWallet['spec']): Promise<void> => {
      const there = await client.list(managedWallets, { namespace: 'default' })
      if (there.items.length === 0) {
        const object = { metadata: { name: 'account' }, spec: wish }
        await client.create(managedWallets, { namespace: 'default' }, object)
      } else {
        const body = JSON.parse(JSON.stringify({ spec: wish }))
        await client.patch(managedWallets, name, { type: 'merge', body })
      }
      for (let turn = 0; turn < 20; turn += 1) await clock.pass(10)
    },
  }
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
