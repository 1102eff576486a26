import { createSeededRandom } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import { expect, onTestFinished, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { createMemoryLedger } from '../../test/memory-ledger.ts'
import { runsBeside, startNetwork } from '../../test/network.ts'
import { instances } from '../heal/instance.ts'
import { annotations } from '../object/names.ts'
import { runMeter } from './meter.ts'

const account = `0x${'a'.repeat(40)}`

test('a lease opens when the instance is ready, and closes when its tenant stops it', async () => {
  const { ledger, network, dial, pass, halt } = await setup()
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
  const { ledger, network, dial, pass, pod } = await setup()
  const device = dial('device-1', 'owner')
  device.isObedient = false
  await network.createInstance('web')
  await pass(3)
  const { metadata } = await pod('web', ({ spec }) => spec?.nodeName === 'device-1')
  const report = (status: 'True' | 'False') =>
    device.report(metadata?.uid ?? '', {
      status: { phase: 'Running', conditions: [{ type: 'Ready', status }] },
    })
  report('False')
  await pass(3)
  expect(ledger.done).toEqual([])
  report('True')
  await pass(3)
  report('False')
  await pass(30)
  expect(ledger.done).toHaveLength(1)
})

test('what was on a device that is lost is paid to the one that it runs on now', async () => {
  const { ledger, network, dial, cut, pass, pod } = await setup()
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
  const { ledger, network, dial, pass, pod, failures, nowSeconds } = await setup()
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
  const { ledger, network, dial, pass, failures, nowSeconds } = await setup()
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
  const { ledger, network, dial, pass, restart, failures } = await setup()
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
  const { ledger, network, dial, pass, start, halt, eventsOf } = await setup()
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
  const { ledger, network, dial, pass, halt } = await setup()
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

test('a namespace that nobody pays for has no leases', async () => {
  const { ledger, network, dial, pass, assign } = await setup()
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

test('a tenant is told once why nothing opens, and it opens when that is over', async () => {
  const { ledger, network, dial, pass, eventsOf } = await setup()
  ledger.refuses = 'FundsTooLow'
  dial('device-1', 'owner')
  await network.createInstance('web')
  await pass(100)
  const told = (await eventsOf('web')).filter((each) => each.includes('LeaseRefused'))
  expect(told).toEqual([
    'Warning LeaseRefused: It runs without a lease: the account of its namespace has too little to spend for the buffer and for what has run: nexqloud account deposit (FundsTooLow).',
  ])
  ledger.refuses = undefined
  await pass(35)
  expect(ledger.done).toHaveLength(1)
})

test.each([1, 2, 3, 4])(
  'whatever dies when (seed %i), leases agree with what runs in the end, and none was open twice',
  async (seed) => {
    const random = createSeededRandom(seed)
    const { ledger, network, dial, cut, pass, restart, halt, failures } = await setup()
    const devices = ['device-1', 'device-2', 'device-3']
    for (const name of devices) dial(name, name)
    const names = ['a', 'b', 'c', 'd']
    for (const name of names) await network.createInstance(name)
    const acts = [
      () => restart(),
      async () => void (ledger.isAway = !ledger.isAway),
      async () => void (ledger.losesAnswers = !ledger.losesAnswers),
      async () => cut(pick(devices)),
      async () => void dial(pick(devices), 'again'),
      () => halt(pick(names), random() % 2 === 0),
    ]
    const pick = <Of>(from: readonly Of[]): Of => from[random() % from.length]!
    for (let step = 0; step < 25; step += 1) {
      await pick(acts)()
      await pass(1 + (random() % 15))
    }
    Object.assign(ledger, { isAway: false, losesAnswers: false })
    for (const name of devices) dial(name, name)
    for (const name of names) await halt(name, false)
    await pass(90)
    expect([...ledger.leases.values()].filter(({ end }) => end === undefined)).toHaveLength(4)
    for (const name of names) await halt(name, true)
    await pass(40)
    expect([...ledger.leases.values()].filter(({ end }) => end === undefined)).toEqual([])
    const count = (what: string) => ledger.done.filter((each) => each.startsWith(what)).length
    expect(count('open')).toBe(count('close'))
    failures.length = 0
  },
)

async function setup() {
  const cluster = await openCluster()
  const { client, clock, signal } = cluster
  const failures: unknown[] = []
  const onFailure = (failure: unknown): void => void failures.push(failure)
  const network = startNetwork({ ...cluster, passMs: clock.pass })
  const ledger = createMemoryLedger(clock)
  const meters = new Set<{ readonly stop: () => Promise<void> }>()
  const start = (): void => {
    const over = new AbortController()
    const running = runMeter(
      { client, ledger, clock, onFailure },
      AbortSignal.any([signal, over.signal]),
    )
    meters.add({
      stop: async () => {
        over.abort()
        await running
      },
    })
  }
  const assign = (value: string | null) =>
    client.patch(
      kinds.namespaces,
      { name: 'default' },
      { type: 'merge', body: { metadata: { annotations: { [annotations.account]: value } } } },
    )
  await assign(account)
  start()
  await clock.pass(0)
  onTestFinished(() => expect(failures).toEqual([]))
  return {
    ...cluster,
    ...network,
    network,
    failures,
    ledger,
    assign,
    start,
    nowSeconds: () => Math.floor(clock.wallMs() / 1000),
    restart: async () => {
      const stopping = [...meters].map(({ stop }) => stop())
      meters.clear()
      await clock.pass(0)
      await Promise.all(stopping)
      start()
    },
    halt: (name: string, isHalted: boolean) =>
      client.patch(
        instances,
        { namespace: 'default', name },
        { type: 'merge', body: { spec: { runStrategy: isHalted ? 'Halted' : 'Always' } } },
      ),
  }
}
