import { parseDeviceId, parseMasternodeId } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openMeterLab } from '../../test/meter-lab.ts'
import { instanceKeyOf } from './instance-key.ts'
import type { KnownLease } from './meter-ledger.ts'

test('a lease that another masternode opened on a device elsewhere pays for nothing that runs here', async () => {
  const { money, pass, frozen, instance, leaseByOther } = await openWithRival()
  const lease = leaseByOther({ device: parseDeviceId(70), kind: 5 })
  await pass(100)
  expect(await frozen()).toEqual(['web'])
  expect((await instance('web')).status?.frozen?.reason).toBe('NotApproved')
  money.isApproved = true
  await pass(30)
  expect(await frozen()).toEqual([])
  expect(lease()).toMatchObject({ token: 2n, device: 1, end: undefined })
})

test('a lease that another masternode opened too cheaply gives way to one of a kind that holds the pod', async () => {
  const { money, pass, leaseByOther } = await openWithRival()
  const lease = leaseByOther({ device: parseDeviceId(1), kind: 2 })
  money.isApproved = true
  await pass(10)
  expect(lease()).toMatchObject({ token: 2n, device: 1, kind: 5, end: undefined })
})

test('while nothing waits the chain is looked at every five seconds, and what others close there is opened again', async () => {
  const { ledger, network, dial, pass, halt, nowSeconds } = await openMeterLab()
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(10)
  ledger.looks = 0
  await pass(60)
  expect(ledger.looks).toBeGreaterThanOrEqual(11)
  expect(ledger.looks).toBeLessThanOrEqual(13)
  const [[key, lease] = []] = ledger.leases
  const closedAt = nowSeconds()
  ledger.put(key!, { ...lease!, end: closedAt })
  await pass(7)
  expect(ledger.leases.get(key!)).toMatchObject({ token: 2n, startedAt: closedAt, end: undefined })
  await pass(10)
  await halt('web', true)
  await pass(2)
  expect(ledger.done.at(-1)).toBe('close 2')
})

test('what is closed and what is opened at one look is sent in this order, and shares a block', async () => {
  const { ledger, network, dial, pass, halt, failures } = await openMeterLab()
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(10)
  ledger.isAway = true
  await halt('web', true)
  await network.createInstance('next')
  await pass(30)
  failures.splice(0)
  const sent: string[] = []
  const block = Promise.withResolvers<void>()
  const { close, open } = ledger
  Object.assign(ledger, {
    isAway: false,
    close: async (leases: Parameters<typeof close>[0]) => {
      sent.push('close')
      await block.promise
      return close(leases)
    },
    open: (openings: Parameters<typeof open>[0]) => {
      sent.push('open')
      block.resolve()
      return open(openings)
    },
  })
  await pass(10)
  expect(sent).toEqual(['close', 'open'])
  expect([...ledger.leases.values()].map(({ end }) => end === undefined)).toEqual([false, true])
})

/** Runs the instance `web` on `device-1`, whose account has approved another masternode alone. */
async function openWithRival() {
  const lab = await openMeterLab()
  const { ledger, money, network, dial, pass, instance, client, nowSeconds } = lab
  money.isApproved = false
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(5)
  const { metadata } = await instance('web')
  const namespace = await client.get(kinds.namespaces, { name: 'default' })
  const key = instanceKeyOf(metadata?.uid ?? '', namespace)!
  return {
    ...lab,
    leaseByOther: (lease: Pick<KnownLease, 'device' | 'kind'>) => {
      const begun = { token: 1n, startedAt: nowSeconds(), end: undefined }
      ledger.put(key, { ...lease, ...begun, opener: parseMasternodeId(2) })
      return () => ledger.leases.get(key)
    },
  }
}

test('an account that gets a wei each second costs the masternode no fees', async () => {
  const { money, network, dial, pass, ledger } = await openMeterLab()
  money.deposited = 0n
  dial('device-1', 'owner')
  await pass(3)
  for (const name of ['a', 'b', 'c']) await network.createInstance(name)
  await pass(5)
  for (let second = 0; second < 50; second += 1) {
    money.deposited += 1n
    await pass(1)
  }
  expect(ledger.asked).toBeLessThanOrEqual(3)
  money.deposited = 10n ** 18n
  await pass(5)
  expect(ledger.done).toHaveLength(3)
})

test('what is no matter of its account is not tried again for a deposit', async () => {
  const { money, network, dial, pass, ledger } = await openMeterLab()
  ledger.refuses = 'PriceNotFirm'
  dial('device-1', 'owner')
  await network.createInstance('web')
  for (let second = 0; second < 60; second += 1) {
    money.deposited += 10n ** 18n
    await pass(1)
  }
  expect(ledger.asked).toBe(2)
})
