import { instances, isConditionTrue, type Pod } from '@nexqloud/control'
import { systemClock } from '@nexqloud/kernel'
import { createInformer, kinds, type Kind, type KubeClient, type ObjectMeta } from '@nexqloud/kube'
import { expect, onTestFinished, test, vi } from 'vitest'

import { openFleet, type Fleet } from './fleet/fleet.ts'

/** A thousand devices, of which the last tenth is in a process of its own. */
const DEVICES = Number(process.env['NEXQLOUD_TEST_FLEET_DEVICES'] ?? 1000)
const INSTANCES = 5 * DEVICES
/** Calls to the API that are under way at once. */
const AT_ONCE = 64
const IDLE_MS = 20_000
/** A machine that is busy with other things may take many times as long as it should. */
const patiently = { timeout: 180_000, interval: 250 }

const names = Array.from({ length: DEVICES }, (_, at) => `device-${at + 1}`)
const isDoomed = (_: string, at: number): boolean => at % 10 === 9
const doomed = names.filter(isDoomed)
const others = names.filter((name, at) => !isDoomed(name, at))
const namespace = 'default'

test('a thousand devices become ready, cost little while idle, run five thousand instances, and a tenth of them may die', async () => {
  const fleet = await openFleet([others, doomed])
  onTestFinished(fleet.close)
  const { client } = fleet
  const nodes = follow(client, kinds.nodes)
  const pods = follow(client, kinds.pods)

  const readyMs = await timeOf(async () => {
    await Promise.all([fleet.startGroup(0), fleet.startGroup(1)])
    await vi.waitFor(() => expect(nodes().filter(isReady)).toHaveLength(DEVICES), patiently)
  })
  note(`all ready after ${seconds(readyMs)} s, ${told(fleet)}`)

  await pause(IDLE_MS / 4)
  const idle = await costOf(fleet, () => pause(IDLE_MS))
  note(`idle: ${idle}`)

  const runMs = await timeOf(async () => {
    await createInstances(client)
    await vi.waitFor(() => expect(pods().filter(isReady)).toHaveLength(INSTANCES), patiently)
  })
  note(`${INSTANCES} instances run after ${seconds(runMs)} s, ${told(fleet)}`)
  const lost = pods().filter(({ spec }) => doomed.includes(spec?.nodeName ?? ''))
  expect(lost.length).toBeGreaterThan(0)

  await pause(IDLE_MS / 4)
  note(`running: ${await costOf(fleet, () => pause(IDLE_MS))}`)

  const healMs = await timeOf(async () => {
    await fleet.killGroup(1)
    const wereThere = new Set(lost.map(uidOf))
    await vi.waitFor(() => {
      const running = pods().filter((pod) => isReady(pod) && !wereThere.has(uidOf(pod)))
      expect(running).toHaveLength(INSTANCES)
    }, patiently)
  })
  note(`${lost.length} instances run elsewhere after ${seconds(healMs)} s, ${told(fleet)}`)

  const living = new Set(others)
  const now = pods()
  expect(now.every(({ spec }) => living.has(spec?.nodeName ?? ''))).toBe(true)
  expect(new Set(now.map(({ metadata }) => metadata?.name)).size).toBe(INSTANCES)
  // Nobody whose device lived was disturbed.
  const tokens = now.map(({ metadata }) => metadata?.annotations?.['nexqloud.io/fencing-token'])
  expect(tokens.filter((token) => token === '2')).toHaveLength(lost.length)
  expect(tokens.filter((token) => token === '1')).toHaveLength(INSTANCES - lost.length)
})

const isReady = (object: Parameters<typeof isConditionTrue>[0]): boolean =>
  isConditionTrue(object, 'Ready')
const uidOf = ({ metadata }: Pod): string => metadata?.uid ?? ''
const pause = (ms: number): Promise<void> => systemClock.delay(ms, new AbortController().signal)
const seconds = (ms: number): string => (ms / 1000).toFixed(1)

/** Returns a view of all objects of a kind, for as long as the test runs. */
function follow<Type extends { readonly metadata?: ObjectMeta }>(
  client: KubeClient,
  kind: Kind<Type>,
): () => readonly Type[] {
  const over = new AbortController()
  const informer = createInformer(client, {
    kind,
    clock: systemClock,
    onChange: () => {},
    onFailure: (failure) => process.stderr.write(`${String(failure)}\n`),
  })
  const running = informer.run(over.signal)
  onTestFinished(async () => {
    over.abort()
    await running
  })
  return informer.list
}

async function createInstances(client: KubeClient): Promise<void> {
  const containers = [{ name: 'main', image: 'registry.test/a/web:1' }]
  const template = { spec: { schedulerName: 'nexqloud', containers } }
  let next = 1
  const work = async (): Promise<void> => {
    while (next <= INSTANCES) {
      const name = `app-${next}`
      next += 1
      await client.create(instances, { namespace }, { metadata: { name }, spec: { template } })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const beganMs = systemClock.steadyMs()
  await work()
  return systemClock.steadyMs() - beganMs
}

/** Returns what both sides took of one core meanwhile. */
async function costOf(fleet: Fleet, work: () => Promise<void>): Promise<string> {
  const before = fleet.cpuSeconds()
  const ms = await timeOf(work)
  const after = fleet.cpuSeconds()
  const share = (part: 'masternode' | 'devices'): string =>
    `${(((after[part] - before[part]) / ms) * 100_000).toFixed(1)} %`
  return `the masternode takes ${share('masternode')} of a core, all devices ${share('devices')}`
}

function told(fleet: Fleet): string {
  const { masternode, devices } = fleet.cpuSeconds()
  const megabytes = (fleet.masternodeBytes() / 1e6).toFixed(0)
  return `CPU so far: masternode ${masternode.toFixed(1)} s, devices ${devices.toFixed(1)} s; masternode ${megabytes} MB at its highest`
}

function note(text: string): void {
  process.stdout.write(`fleet: ${text}\n`)
}
