import { execFileSync } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'

import { instances, type Instance } from '@nexqloud/control'
import { ApiUnreachableError, kinds } from '@nexqloud/kube'
import { addresses } from '@nexqloud/masternode'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { createDice } from '../../../packages/chain/system/geth/dice.ts'
import { createCleanup } from '../../../packages/engine/system/lab/cleanup.ts'
import { bringPrograms } from '../../../packages/engine/system/lab/packages.ts'
import { openScratchFolder } from '../../../packages/engine/system/lab/scratch.ts'
import { sweepLab } from '../../../packages/engine/system/lab/sweep.ts'
import { makeImageLayout } from '../src/first-app/image-layout.ts'
import { openCloudLab, type CloudLab } from './cloud-lab.ts'
import { watchContainers } from './container-watch.ts'
import { nameOf, openHomeDevice, type HomeDevice } from './home-device.ts'
import { createInternet } from './internet.ts'
import { Tenant } from './tenant.ts'
import { until } from './until.ts'

/** Masternode (its Kubernetes API in it) and agent are killed again and again, while tenants write, on a real Docker. */

const skip = bringPrograms(['dockerd', 'busybox', 'nft'])
const cleanup = createCleanup()
const namespace = 'default'
const KILLS = 20
/** Between two kills at most, beside what it takes until a write is acknowledged again. */
const PAUSE_MS = 1500
type Part = 'masternode' | 'agent'
const choices = [['masternode'], ['agent'], ['masternode', 'agent']] as const
/** Nobody writes to these. */
const steady = ['steady-1', 'steady-2', 'steady-3']

let cloud: CloudLab
let device: HomeDevice
let spec: Instance['spec']

beforeAll(async () => {
  if (skip !== undefined) return
  await sweepLab()
  const busybox = execFileSync('which', ['busybox'], { encoding: 'utf8' }).trim()
  const image = await makeImageLayout(openScratchFolder(cleanup), {
    files: [{ path: 'bin/busybox', source: busybox }],
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    command: ['/bin/busybox', 'sleep', '100000'],
  })
  spec = specOf(nameOf(image))
  const internet = createInternet(cleanup)
  const home = internet.openHome()
  cloud = await openCloudLab(cleanup, internet.host)
  device = await openHomeDevice(cleanup, { home, cloud, image })
  for (const name of steady) {
    await cloud.client.create(instances, { namespace }, { metadata: { name }, spec })
  }
  await untilSettled()
})
afterAll(() => cleanup.run())
beforeEach((context) => {
  if (skip !== undefined) context.skip(skip)
})

test('killed at 20 moments under load they lose no acknowledged write, restart nothing, and run nothing twice', async () => {
  const seed = Number(process.env['NEXQLOUD_SEED'] ?? Date.now() % 2 ** 32)
  print(`seed ${seed}`)
  const dice = createDice(seed)
  const before = await describeSteady()
  const { client } = cloud
  const tenants = ['red', 'green', 'blue'].map(
    (name, at) => new Tenant({ client, namespace, name, spec, dice: createDice(seed + 1 + at) }),
  )
  const acknowledged = (): number => tenants.reduce((sum, each) => sum + each.acknowledged, 0)
  const over = new AbortController()
  const writing = Promise.all(tenants.map((each) => each.run(over.signal)))
  const watch = watchContainers(device.engine)

  const counts = { masternode: 0, agent: 0 }
  for (let kill = 0; kill < KILLS; kill += 1) {
    // One of four falls into the start of those that were killed before.
    const had = acknowledged()
    if (dice.roll(4) > 0) await until('a write is acknowledged', () => acknowledged() > had)
    await wait(dice.roll(PAUSE_MS))
    for (const part of dice.pick<readonly Part[]>(choices)) {
      counts[part] += 1
      const killed = part === 'agent' ? device.agent : cloud.masternode
      await killed.end('SIGKILL')
      killed.start()
    }
  }
  await cloud.untilOpen()
  over.abort()
  await writing
  const sinceMs = performance.now()
  await untilSettled()
  const settledMs = performance.now() - sinceMs
  await watch.stop()

  const uncertain = tenants.reduce((sum, each) => sum + each.uncertain, 0)
  print(
    `masternode killed ${counts.masternode} times, agent ${counts.agent} times; ${acknowledged()} writes acknowledged, ${uncertain} not; ` +
      `${watch.looks()} looks at the containers; settled after ${Math.round(settledMs / 100) / 10} s`,
  )
  expect(tenants.flatMap(({ lost }) => lost)).toEqual([])
  expect([...watch.doubles]).toEqual([])
  expect(await describeSteady()).toEqual(before)
  const { items } = await client.list(instances, { namespace })
  expect(items.map(({ status }) => status?.lastStop).filter(Boolean)).toEqual([])
  const pods = await client.list(kinds.pods, { namespace })
  const containers = pods.items.flatMap(({ status }) => status?.containerStatuses ?? [])
  expect(containers.filter(({ restartCount }) => restartCount > 0)).toEqual([])
  expect(acknowledged()).toBeGreaterThan(KILLS)
})

function specOf(image: string): Instance['spec'] {
  const requests = { cpu: '10m', memory: '16Mi' }
  const containers = [{ name: 'main', image, resources: { requests, limits: requests } }]
  const pod = { schedulerName: 'nexqloud', terminationGracePeriodSeconds: 1, containers }
  return { template: { spec: pod } }
}

/** Resolves once each instance has a pod that is ready, an address and one container, and nothing else is there. */
async function untilSettled(): Promise<void> {
  let before = ''
  await until('all is as it is wanted', async () => {
    const now = await describe().catch(unlessAway)
    const isQuiet = now?.isSettled === true && now.text === before
    before = now?.text ?? ''
    return isQuiet
  }).catch(async (failure: unknown) => {
    const { found } = await describe()
    const { items } = await cloud.client.list(kinds.pods, { namespace })
    const waiting = items.filter(({ metadata }) => !found.ready.includes(metadata?.name ?? ''))
    const told = waiting.map(({ status, spec: { nodeName } = {} }) => ({ nodeName, status }))
    throw new Error(JSON.stringify({ ...found, told }), { cause: failure })
  })
}

async function describe() {
  const { client } = cloud
  const [wanted, pods, held] = await Promise.all([
    client.list(instances, { namespace }),
    client.list(kinds.pods, { namespace }),
    client.list(addresses, {}),
  ])
  const ready = pods.items.filter(({ status }) =>
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  )
  const containers = await device.engine.listContainers()
  const found = {
    wanted: wanted.items.map(({ metadata }) => metadata?.name ?? '').toSorted(),
    pods: pods.items.map(({ metadata }) => metadata?.name ?? '').toSorted(),
    ready: ready.map(({ metadata }) => metadata?.name ?? '').toSorted(),
    addresses: held.items.map((each) => each.spec.instance.name).toSorted(),
    containers: containers.map(({ labels }) => labels['io.kubernetes.pod.name'] ?? '').toSorted(),
  }
  const [text, ...others] = Object.values(found).map(String)
  return { found, text: text ?? '', isSettled: others.every((other) => other === text) }
}

/** A masternode that a busy machine has not let answer is asked again. */
function unlessAway(failure: unknown): undefined {
  if (!(failure instanceof ApiUnreachableError)) throw failure
}

/** Of each: its pod, its container, and since when that runs. */
function describeSteady() {
  return Promise.all(
    steady.map(async (name) => {
      const pod = await cloud.client.get(kinds.pods, { namespace, name })
      const found = await device.engine.listContainers({ 'io.kubernetes.pod.name': name })
      const containers = await Promise.all(
        found.map(({ id }) => device.engine.inspectContainer(id)),
      )
      const runs = containers.map(({ id, startedAtMs }) => ({ id, startedAtMs }))
      return { name, uid: pod.metadata?.uid, address: pod.status?.podIP, runs }
    }),
  )
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
