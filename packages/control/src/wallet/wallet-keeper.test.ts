import { parseAddress, parseMasternodeId } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { address, DeathError, openWalletLab } from '../../test/wallet-lab.ts'
import { annotations } from '../object/names.ts'
import { managedWallets } from './managed-wallet.ts'

const other = parseAddress(`0x${'b'.repeat(40)}`)
const second = parseMasternodeId(2)
const spec = { maxTotalWei: '5000', maxRateMicroUsd: 1000 }
const name = { namespace: 'default', name: 'account' }

test('a namespace whose tenant has no wallet gets one, with limits and an approval on the chain', async () => {
  const { wallet, client, sent, want } = await openWalletLab()
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
  const { wallet, chain, others, want, clock } = await openWalletLab()
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
  const { chain, sent, want, clock } = await openWalletLab()
  await want(spec)
  chain.balanceWei = 10n ** 18n
  await clock.pass(15_000)
  expect(sent.at(-1)).toEqual({ does: 'deposit', amountWei: 99n * 10n ** 16n })
})

test('what is not there yet is not said to be', async () => {
  const { chain, wallet, refused, want } = await openWalletLab()
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
  const { wallet, client, want } = await openWalletLab()
  const body = { metadata: { annotations: { [annotations.account]: other } } }
  await client.patch(kinds.namespaces, { name: 'default' }, { type: 'merge', body })
  await want(spec)
  expect((await wallet())?.conditions).toMatchObject([{ status: 'False', reason: 'OtherAccount' }])
  const { metadata } = await client.get(kinds.namespaces, { name: 'default' })
  expect(metadata?.annotations?.[annotations.account]).toBe(other)
})

test('who writes another account there while a wallet is made is not overwritten', async () => {
  const { wallet, client, life, want, failures } = await openWalletLab()
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
  const { wallet, client, life, want, failures } = await openWalletLab()
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
  const { wallet, chain, sent, want } = await openWalletLab()
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
  const { wallet, chain, refused, want, clock } = await openWalletLab()
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
  const { wallet, failing, sent, want, clock } = await openWalletLab()
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
  const { wallet, refused, sent, life, want, clock, failures } = await openWalletLab()
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

test('a withdrawal of which nothing was signed yet is announced', async () => {
  const { wallet, client, sent, want, refused } = await openWalletLab()
  refused.add('announce')
  const withdraw = { serial: 1, to: other, amountWei: '700' }
  await want({ ...spec, withdraw })
  const body = { status: { withdrawal: { serial: 1, nonce: 2, isDone: false } } }
  await client.patch(managedWallets, { ...name, subresource: 'status' }, { type: 'merge', body })
  refused.clear()
  await want({ ...spec, maxRateMicroUsd: 2000, withdraw })
  expect((await wallet())?.withdrawal).toMatchObject({ serial: 1, isDone: true })
  expect(sent.filter(({ does }) => does === 'announce')).toHaveLength(1)
})

test('a wallet that another masternode keeps is left to it', async () => {
  const { wallet, sent, want, failures } = await openWalletLab({ isForeign: true })
  await want(spec)
  expect(await wallet()).toBeUndefined()
  expect([sent, failures]).toEqual([[], []])
})

test('a wallet that its own masternode cannot open any more says so, and nothing of it is paid from', async () => {
  const { wallet, client, life, want, sent } = await openWalletLab()
  life.isLocked = true
  await want(spec)
  expect(await wallet()).toMatchObject({ conditions: [{ status: 'False', reason: 'Locked' }] })
  const { metadata } = await client.get(kinds.namespaces, { name: 'default' })
  expect(metadata?.annotations?.[annotations.account]).toBeUndefined()
  expect(sent).toEqual([])
})

test('limits that no account could hold are refused by the API', async () => {
  const { want } = await openWalletLab()
  for (const wrong of [
    { ...spec, maxTotalWei: '-1' },
    { ...spec, maxRateMicroUsd: 2 ** 40 },
    { ...spec, withdraw: { serial: 1, to: 'me', amountWei: '1' } },
    { ...spec, withdraw: { serial: 0, to: other, amountWei: '1' } },
  ]) {
    await expect(want(wrong)).rejects.toMatchObject({ reason: 'Invalid' })
  }
})
