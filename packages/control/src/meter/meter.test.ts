import { createInstanceKey, parseAddress, parseDeviceId, parseMasternodeId } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { account, openMeterLab } from '../../test/meter-lab.ts'
import { runsBeside } from '../../test/network.ts'
import { podOf } from '../../test/objects.ts'
import type { PodReport } from '../drive/device-link.ts'

test('a lease opens when the instance is ready, and closes when its tenant stops it', async () => {
  const { ledger, network, dial, pass, halt } = await openMeterLab()
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(3)
  expect(ledger.done).toEqual([expect.stringMatching(/^open 1 on 1 from /)])
  await halt('web', true)
  await pass(3)
  expect(ledger.done.slice(1)).toEqual(['close 1'])
  await halt('web', false)
  await pass(3)
  expect(ledger.done.slice(2)).toEqual([expect.stringMatching(/^open 2 on 1 from /)])
})

test('nothing is open while a pod is not ready, and what is open stays when it is not ready again', async () => {
  const { ledger, pass, report } = await placeOnly()
  const tell = (status: 'True' | 'False') =>
    report({ phase: 'Running', conditions: [{ type: 'Ready', status }] })
  tell('False')
  await pass(30)
  expect(ledger.done).toEqual([])
  tell('True')
  await pass(3)
  tell('False')
  await pass(30)
  expect(ledger.done).toHaveLength(1)
})

test('what runs and is never ready is paid for from a minute on: a check that always fails is no free computer', async () => {
  const { ledger, pass, report } = await placeOnly()
  const conditions = [{ type: 'Ready', status: 'False' }]
  report({ phase: 'Running', conditions })
  await pass(59)
  expect(ledger.done).toEqual([])
  await pass(5)
  expect(ledger.done).toHaveLength(1)
})

test('a pod that waits for ever for a second image is paid for as it runs', async () => {
  const { ledger, pass, report } = await placeOnly()
  const running = { name: 'main', image: 'a', imageID: '', ready: true, restartCount: 0 }
  const containerStatuses = [{ ...running, state: { running: {} } }]
  report({ phase: 'Pending', containerStatuses })
  await pass(65)
  expect(ledger.done).toHaveLength(1)
})

test('a pod that is no instance’s has a lease of its own, also where it claims to be one’s', async () => {
  const { ledger, network, dial, pass, createPod, pod, instance } = await openMeterLab()
  dial('device-1', 'owner')
  await network.createInstance('web')
  await createPod(podOf('alone'))
  await pass(4)
  expect(ledger.leases.size).toBe(2)
  const { uid = '' } = (await instance('web')).metadata ?? {}
  const owner = { apiVersion: 'nexqloud.io/v1', kind: 'Other', name: 'web', uid, controller: true }
  const liar = podOf('liar')
  await createPod({ ...liar, metadata: { ...liar.metadata, ownerReferences: [owner] } })
  await pod('liar', runsBeside(''))
  await pass(4)
  expect(ledger.leases.size).toBe(3)
})

test('what was on a device that is lost is paid to the one that it runs on now', async () => {
  const { ledger, network, dial, cut, pass, pod } = await openMeterLab()
  for (const name of ['device-1', 'device-2']) dial(name, name)
  await network.createInstance('web')
  await pass(3)
  const first = (await pod('web', runsBeside(''))).spec?.nodeName ?? ''
  cut(first)
  await pass(40)
  const second = first === 'device-1' ? 2 : 1
  expect(ledger.done.slice(1)).toEqual([
    'close 1',
    expect.stringMatching(new RegExp(`^open 2 on ${second} from `)),
  ])
})

test('while the chain is away everything runs on, and the lease has its true start when it is back', async () => {
  const { ledger, network, dial, pass, pod, failures, nowSeconds } = await openMeterLab()
  dial('device-1', 'owner')
  ledger.isAway = true
  const made = nowSeconds()
  await network.createInstance('web')
  await pass(40)
  await pod('web', runsBeside(''))
  expect(ledger.done).toEqual([])
  ledger.isAway = false
  await pass(10)
  const [lease] = ledger.leases.values()
  expect(lease?.startedAt).toBeGreaterThanOrEqual(made)
  expect(lease?.startedAt).toBeLessThanOrEqual(made + 3)
  expect(failures.splice(0).map(String)).toContain('Error: The chain does not answer.')
})

test('what the chain does not take back any more is not billed', async () => {
  const { ledger, network, dial, pass, failures, nowSeconds } = await openMeterLab()
  dial('device-1', 'owner')
  ledger.isAway = true
  await network.createInstance('web')
  await pass(200)
  ledger.isAway = false
  await pass(10)
  const [lease] = ledger.leases.values()
  expect(lease?.startedAt).toBeGreaterThan(nowSeconds() - 75)
  failures.length = 0
})

test('one that was opened while the meter died is not opened again', async () => {
  const { ledger, network, dial, pass, restart, failures } = await openMeterLab()
  dial('device-1', 'owner')
  ledger.losesAnswers = true
  await network.createInstance('web')
  await pass(1)
  await restart()
  ledger.losesAnswers = false
  await pass(10)
  expect(ledger.done).toHaveLength(1)
  failures.length = 0
})

test('two that meter at once open and close each lease once, and nobody is told of it', async () => {
  const { ledger, network, dial, pass, start, halt, eventsOf } = await openMeterLab()
  start()
  dial('device-1', 'owner')
  for (const name of ['a', 'b', 'c']) await network.createInstance(name)
  await pass(5)
  for (const name of ['a', 'b', 'c']) await halt(name, true)
  await pass(5)
  expect(ledger.done.filter((each) => each.startsWith('open'))).toHaveLength(3)
  expect(ledger.done.filter((each) => each.startsWith('close'))).toHaveLength(3)
  expect((await eventsOf('a')).filter((each) => each.includes('LeaseRefused'))).toEqual([])
})

test('a masternode that is not active opens and closes nothing until it is', async () => {
  const { ledger, network, dial, pass, halt } = await openMeterLab()
  ledger.isActive = false
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(10)
  expect(ledger.done).toEqual([])
  ledger.isActive = true
  await pass(3)
  ledger.isActive = false
  await halt('web', true)
  await pass(10)
  expect(ledger.done).toHaveLength(1)
})

test('leases of other masternodes, on devices that are not here, are left to them', async () => {
  const [theirs, ours] = [2n, 3n].map((number) => createInstanceKey(parseAddress(account), number))
  const open = { token: 1n, kind: 5, startedAt: 0, end: undefined, opener: parseMasternodeId(2) }
  const { ledger, dial, pass } = await openMeterLab([
    [theirs!, { ...open, device: parseDeviceId(70) }],
    [ours!, { ...open, device: parseDeviceId(1) }],
  ])
  dial('device-1', 'owner')
  await pass(5)
  expect(ledger.leases.get(theirs!)?.end).toBeUndefined()
  expect(ledger.leases.get(ours!)?.end).toBeDefined()
})

test('one that the chain does not let it close is tried ever more seldom, and costs no fee each five minutes', async () => {
  const { ledger, pass, stranger } = await openWithStranger()
  ledger.account(stranger).isApproved = false
  await pass(20)
  expect(ledger.tried).toBe(1)
  await pass(20)
  expect(ledger.tried).toBe(2)
  await pass(1800)
  expect(ledger.tried).toBe(6)
})

test('one that the chain did not let it close is closed at once when its account approves', async () => {
  const { ledger, money, network, pass, theirs } = await openWithStranger(account)
  await network.createInstance('web')
  money.isApproved = false
  await pass(300)
  expect(ledger.leases.get(theirs)?.end).toBeUndefined()
  const { tried } = ledger
  expect(tried).toBeLessThanOrEqual(4)
  money.isApproved = true
  await pass(20)
  expect(ledger.leases.get(theirs)?.end).toBeDefined()
})

test('what is to end is paid for until it has, however long its tenant lets it take', async () => {
  const { ledger, network, dial, pass, halt } = await openMeterLab()
  const device = dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(3)
  device.isObedient = false
  await halt('web', true)
  await pass(20)
  expect(ledger.done).toHaveLength(1)
  const uid = device.assignments.at(-1)?.[0]?.pod.metadata?.uid ?? ''
  device.report(uid, { status: { phase: 'Succeeded' }, isGone: true })
  await pass(3)
  expect(ledger.done.slice(1)).toEqual(['close 1'])
})

test('a namespace that nobody pays for has no leases', async () => {
  const { ledger, network, dial, pass, assign } = await openMeterLab()
  await assign(null)
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(5)
  expect(ledger.done).toEqual([])
  await assign('0xabc')
  await pass(5)
  expect(ledger.done).toEqual([])
  await assign(account)
  await pass(5)
  expect(ledger.done).toHaveLength(1)
})

test('whose containers may use more than is sold is told once that nothing is billed', async () => {
  const { ledger, network, dial, pass, eventsOf } = await openMeterLab()
  dial('device-1', 'owner')
  const resources = { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '200m' } }
  const containers = ['one', 'two'].map((name) => ({ name, image: 'a', resources }))
  await network.createInstance('web', { spec: { schedulerName: 'nexqloud', containers } })
  await pass(20)
  const told = (await eventsOf('web')).filter((each) => each.includes('LeaseRefused'))
  expect([told, ledger.done]).toEqual([[expect.stringContaining('TooLarge')], []])
})

test('a tenant is told once why nothing opens, and it opens when that is over', async () => {
  const { ledger, network, dial, pass, eventsOf } = await openMeterLab()
  ledger.refuses = 'DeviceNotActive'
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(100)
  const told = (await eventsOf('web')).filter((each) => each.includes('LeaseRefused'))
  expect(told).toEqual([
    'Warning LeaseRefused: It runs without a lease: its device is not active on the chain (DeviceNotActive).',
  ])
  ledger.refuses = undefined
  await pass(125)
  expect(ledger.done).toHaveLength(1)
})

test('what the chain refuses though the account seems to have enough stops once, and not in turns', async () => {
  const { ledger, network, dial, pass, eventsOf, frozen } = await openMeterLab()
  ledger.refuses = 'FundsTooLow'
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(250)
  expect(await frozen()).toEqual(['web'])
  expect((await eventsOf('web')).filter((each) => each.includes('Frozen: Frozen'))).toHaveLength(1)
  expect(ledger.asked).toBeLessThanOrEqual(3)
})

/** Opens a lab with a device on which another masternode has opened a lease for nothing that is here. */
async function openWithStranger(tenant = `0x${'b'.repeat(40)}`) {
  const stranger = parseAddress(tenant)
  const theirs = createInstanceKey(stranger, 2n)
  const opener = parseMasternodeId(2)
  const lease = {
    token: 1n,
    device: parseDeviceId(1),
    kind: 5,
    startedAt: 0,
    end: undefined,
    opener,
  }
  const lab = await openMeterLab([[theirs, lease]])
  lab.dial('device-1', 'owner')
  return { ...lab, stranger, theirs }
}

/** Places the instance `web` on a device that says of it what the test does, and nothing by itself. */
async function placeOnly() {
  const lab = await openMeterLab()
  const device = lab.dial('device-1', 'owner')
  device.isObedient = false
  await lab.network.createInstance('web')
  await lab.pass(3)
  const { metadata } = await lab.pod('web', ({ spec }) => spec?.nodeName === 'device-1')
  const report = (status: PodReport['status']) => device.report(metadata?.uid ?? '', { status })
  return { ...lab, report }
}
