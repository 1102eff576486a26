import { parseAddress } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { account, openMeterLab } from '../../test/meter-lab.ts'
import { runsBeside } from '../../test/network.ts'
import { podOf } from '../../test/objects.ts'
import { instances } from '../heal/instance.ts'
import { annotations } from '../object/names.ts'

/** What an instance of the lab costs: wei a second. */
const RATE = 32_000n
const BUFFER = RATE * 60n

test('what its account cannot pay for runs for a buffer, is frozen then, and says why and what to do', async () => {
  const { money, network, dial, pass, frozen, pods, eventsOf, instance, ledger, nowSeconds } =
    await openMeterLab()
  money.deposited = BUFFER - 1n
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(55)
  expect([await frozen(), await pods()]).toEqual([[], ['web']])
  await pass(15)
  expect([await frozen(), await pods()]).toEqual([['web'], []])
  const message = `the account ${account} has too little to spend for the buffer and for what has run (nexqloud account deposit --to ${account} --amount N)`
  const { status } = await instance('web')
  expect(status?.frozen).toMatchObject({ reason: 'FundsTooLow', message, step: 'frozen' })
  // The ladder begins at a block, and has noticed it within some seconds.
  expect(nowSeconds() - (status?.frozen?.since ?? 0)).toBeLessThan(15)
  expect(status?.lastStop).toMatchObject({ cause: 'Frozen', actor: 'nexqloud-meter' })
  const told = (await eventsOf('web')).filter((each) => each.startsWith('Warning Frozen: Frozen'))
  expect(told).toEqual([
    `Warning Frozen: Frozen: ${message} (FundsTooLow). Its containers stop, definition and address stay, and it runs again by itself once that is over.`,
  ])
  expect((await eventsOf('web')).filter((each) => each.includes('LeaseRefused'))).toEqual([
    `Warning LeaseRefused: It runs without a lease: ${message} (FundsTooLow).`,
  ])
  expect(ledger.done).toEqual([])
})

test('an account that cannot pay costs the masternode no fees', async () => {
  const { money, network, dial, pass, ledger } = await openMeterLab()
  money.deposited = 0n
  dial('device-1', 'owner')
  await pass(3)
  for (const name of ['a', 'b', 'c']) await network.createInstance(name)
  await pass(100)
  // Before anything was known of the account, the chain was asked once.
  expect(ledger.asked).toBeLessThanOrEqual(3)
})

test('a top-up has all run again in one step', async () => {
  const { money, network, dial, pass, frozen, ledger, pod, eventsOf } = await openMeterLab()
  money.deposited = 0n
  dial('device-1', 'owner')
  for (const name of ['a', 'b', 'c']) await network.createInstance(name)
  await pass(80)
  expect(await frozen()).toHaveLength(3)
  money.deposited = 10n * BUFFER
  await pass(15)
  expect(await frozen()).toEqual([])
  for (const name of ['a', 'b', 'c']) await pod(name, runsBeside(''))
  expect(ledger.done.filter((each) => each.startsWith('open'))).toHaveLength(3)
  expect(await eventsOf('a')).toContain('Normal Resumed: Its account can pay for it again.')
})

test('a top-up within the grace leaves everything running, and pays for what has run', async () => {
  const { money, network, dial, pass, pod, ledger } = await openMeterLab()
  money.deposited = 0n
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(30)
  const { metadata } = await pod('web', runsBeside(''))
  money.deposited = 10n * BUFFER
  await pass(10)
  const { metadata: after } = await pod('web', runsBeside(''))
  expect(after?.uid).toBe(metadata?.uid)
  expect(ledger.done).toEqual([expect.stringMatching(/^open 1 on 1 from [0-4]$/)])
})

test.each([
  ['NotApproved', { isApproved: false }, { isApproved: true }],
  ['RateAboveLimit', { maxRate: 1n }, { maxRate: 10n ** 9n }],
] as const)('what was frozen as %s runs again once that is over', async (reason, before, after) => {
  const { money, network, dial, pass, frozen, instance } = await openMeterLab()
  Object.assign(money, before)
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(80)
  expect((await instance('web')).status?.frozen?.reason).toBe(reason)
  Object.assign(money, after)
  await pass(10)
  expect(await frozen()).toEqual([])
})

test('whoever used up its grace gets none for what comes next, whoever meters, and whatever is removed', async () => {
  const { money, network, dial, pass, frozen, restart, client } = await openMeterLab()
  money.deposited = 0n
  dial('device-1', 'owner')
  await network.createInstance('a')
  for (let part = 0; part < 4; part += 1) {
    await pass(20)
    await restart()
  }
  await pass(5)
  expect(await frozen()).toEqual(['a'])
  await client.delete(instances, { namespace: 'default', name: 'a' })
  await network.createInstance('b')
  await pass(5)
  expect(await frozen()).toEqual(['b'])
})

test('an account has one grace, whichever of its namespaces uses it up', async () => {
  const { money, network, dial, pass, frozen, client } = await openMeterLab()
  money.deposited = 0n
  const namespace = 'other'
  const written = { [annotations.account]: account }
  await client.create(kinds.namespaces, {}, { metadata: { name: namespace, annotations: written } })
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(70)
  expect(await frozen()).toEqual(['web'])
  const { spec = { containers: [] } } = podOf('web')
  const second = { metadata: { name: 'web', namespace }, spec: { template: { spec } } }
  await client.create(instances, { namespace }, second)
  await pass(5)
  const { status } = await client.get(instances, { namespace, name: 'web' })
  expect(status?.frozen?.reason).toBe('FundsTooLow')
  const { metadata } = await client.get(kinds.namespaces, { name: namespace })
  expect(metadata?.annotations).toHaveProperty([annotations.graceSince])
})

test('when an account runs dry as many stop as are needed, in the order of its tenant', async () => {
  const { money, network, dial, pass, frozen, prefer, pods, ledger } = await openMeterLab()
  dial('device-1', 'owner')
  for (const name of ['a', 'b', 'c']) {
    await network.createInstance(name)
    await pass(2)
  }
  await prefer('c', 1)
  money.deposited = 3n * BUFFER + 3n * RATE * 60n
  await pass(65)
  expect([await frozen(), await pods()]).toEqual([['b'], ['a', 'c']])
  await pass(40)
  expect(await frozen()).toEqual(['a', 'b'])
  await pass(80)
  expect([await frozen(), await pods()]).toEqual([['a', 'b', 'c'], []])
  // Nothing ran beyond what was set aside for it.
  expect(ledger.fundsOf(parseAddress(account)).spendable).toBeGreaterThanOrEqual(0n)
})

test('what is frozen and has no money for twice its start stays so: nothing starts and stops in turns', async () => {
  const { money, network, dial, pass, ledger } = await openMeterLab()
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(5)
  money.deposited = 2n * BUFFER
  await pass(600)
  expect(ledger.done).toHaveLength(2)
})

test('a pod that is no instance’s ends, and is told why', async () => {
  const { money, createPod, dial, pass, pods, eventsOf } = await openMeterLab()
  money.deposited = 0n
  dial('device-1', 'owner')
  await createPod(podOf('alone'))
  await pass(70)
  expect(await pods()).toEqual([])
  expect((await eventsOf('alone')).filter((each) => each.includes('Evicted'))).toHaveLength(1)
})

test('a pod that was never paid for ends at once, also where its tenant has told it to end slowly', async () => {
  const { money, createPod, dial, pass, pods, client, pod } = await openMeterLab()
  money.deposited = 0n
  const device = dial('device-1', 'owner')
  for (const name of ['first', 'second']) await createPod(podOf(name))
  await pod('second', runsBeside(''))
  await pass(50)
  device.isObedient = false
  await client.delete(kinds.pods, { namespace: 'default', name: 'second' })
  expect(await pods()).toEqual(['first', 'second'])
  await pass(20)
  expect(await pods()).toEqual([])
})

test('what nobody pays for has 30 seconds to end, however long its tenant lets it', async () => {
  const { money, network, dial, pass, client } = await openMeterLab()
  money.deposited = 0n
  const device = dial('device-1', 'owner')
  const { spec = { containers: [] } } = podOf('web', { terminationGracePeriodSeconds: 3600 })
  await network.createInstance('web', { spec })
  await pass(20)
  device.isObedient = false
  await pass(50)
  const { metadata } = await client.get(kinds.pods, { namespace: 'default', name: 'web' })
  expect(metadata?.deletionGracePeriodSeconds).toBe(30)
})

test('one that its tenant has told to end in an hour is not paid by nobody for that long', async () => {
  const { money, network, dial, pass, client } = await openMeterLab()
  const device = dial('device-1', 'owner')
  const { spec = { containers: [] } } = podOf('web', { terminationGracePeriodSeconds: 3600 })
  await network.createInstance('web', { spec })
  await pass(5)
  device.isObedient = false
  await client.delete(instances, { namespace: 'default', name: 'web' })
  await pass(2)
  money.deposited = BUFFER + 20n * RATE
  await pass(60)
  const { metadata } = await client.get(kinds.pods, { namespace: 'default', name: 'web' })
  expect(metadata?.deletionGracePeriodSeconds).toBe(30)
})

test('while the chain is away what is paid for runs on, and stops when the last known runway is used up', async () => {
  const { money, network, dial, pass, frozen, ledger, failures } = await openMeterLab()
  dial('device-1', 'owner')
  await network.createInstance('web')
  money.deposited = BUFFER + 300n * RATE
  await pass(70)
  ledger.isAway = true
  await pass(200)
  expect(await frozen()).toEqual([])
  await pass(60)
  expect(await frozen()).toEqual(['web'])
  ledger.isAway = false
  money.deposited = 20n * BUFFER
  await pass(30)
  expect(await frozen()).toEqual([])
  failures.length = 0
})

test('a masternode that takes over while the chain is away knows how long an account lasts', async () => {
  const { money, network, dial, pass, frozen, restart, ledger, failures } = await openMeterLab()
  dial('device-1', 'owner')
  await network.createInstance('web')
  money.deposited = BUFFER + 300n * RATE
  await pass(70)
  ledger.isAway = true
  await restart()
  await pass(200)
  expect(await frozen()).toEqual([])
  await pass(60)
  expect(await frozen()).toEqual(['web'])
  failures.length = 0
})

test('a masternode that may not open leases freezes nothing for it', async () => {
  const { network, dial, pass, frozen, ledger } = await openMeterLab()
  ledger.isActive = false
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(100)
  expect(await frozen()).toEqual([])
})

test('an answer that a later one does not bear out stops nothing with a lease, however often there is one', async () => {
  const { money, network, dial, pass, frozen, nowSeconds } = await openMeterLab()
  dial('device-1', 'owner')
  let lowAt: number | 'the next answer' = 0
  const sound = 10n ** 18n
  Object.defineProperty(money, 'deposited', {
    get: () => {
      if (lowAt === 'the next answer') lowAt = nowSeconds()
      return lowAt === nowSeconds() ? 0n : sound
    },
  })
  await network.createInstance('web')
  await pass(20)
  for (let time = 0; time < 3; time += 1) {
    lowAt = 'the next answer'
    await pass(120)
    expect(lowAt).toBeTypeOf('number')
    expect(await frozen()).toEqual([])
  }
})

test('an instance that no pod can be made of keeps nothing from being frozen', async () => {
  const { money, network, dial, pass, frozen, client, instance } = await openMeterLab()
  money.deposited = 0n
  dial('device-1', 'owner')
  await network.createInstance('web')
  for (const [name, spec] of Object.entries({
    number: { containers: 5 },
    hole: { containers: [null] },
  })) {
    const odd = { metadata: { name }, spec: { template: { spec } } }
    await client.create(instances, { namespace: 'default' }, odd as never)
  }
  await pass(80)
  expect(await frozen()).toContain('web')
  // Nor is it tried again and again.
  for (const name of ['number', 'hole']) {
    expect((await instance(name)).status?.fencingToken).toBeLessThan(6)
  }
})
