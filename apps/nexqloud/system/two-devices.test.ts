import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { instances } from '@nexqloud/control'
import { kinds } from '@nexqloud/kube'
import { addresses } from '@nexqloud/masternode'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { createCleanup } from '../../../packages/engine/system/lab/cleanup.ts'
import { bringPrograms } from '../../../packages/engine/system/lab/packages.ts'
import { openScratchFolder } from '../../../packages/engine/system/lab/scratch.ts'
import { sweepLab } from '../../../packages/engine/system/lab/sweep.ts'
import { makeImageLayout } from '../src/first-app/image-layout.ts'
import { listProgramFiles } from '../src/first-app/program-files.ts'
import { openCloudLab, type CloudLab } from './cloud-lab.ts'
import { nameOf, openHomeDevice, type HomeDevice } from './home-device.ts'
import { createInternet } from './internet.ts'
import { until } from './until.ts'
import { sendVisitors, type Visit } from './visitors.ts'

/**
 * Two machines at two homes, a chain and a masternode: an app answers at its address whichever machine is lost, and the one that
 * returns stops its copy.
 */

const skip = bringPrograms(['dockerd', 'nft'])
const cleanup = createCleanup()
const app = { namespace: 'default', name: 'two-devices' }
/** From the loss of a device until the app answers from another one. */
const WITHIN_SECONDS = 60
/** From when a device that was lost is heard again until its copy has stopped. */
const STOP_SECONDS = 3
/** What {@link lose} has to find. */
const kept = {
  isAnsweredInTime: true,
  isStoppedOnceHeard: true,
  failed: [],
  oldAfterNew: [],
  isNewUndisturbed: true,
}

let cloud: CloudLab
let devices: readonly HomeDevice[]
let address: string

beforeAll(async () => {
  if (skip !== undefined) return
  await sweepLab()
  const image = await makeImageLayout(openScratchFolder(cleanup), {
    files: await listProgramFiles(),
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    command: ['/bin/node', 'serve-page.ts'],
  })
  const internet = createInternet(cleanup)
  const homes = [internet.openHome(), internet.openHome()]
  cloud = await openCloudLab(cleanup, internet.host)
  const joining = homes.map((home) => openHomeDevice(cleanup, { home, cloud, image }))
  // Where one fails, the other would still start things after the end.
  await Promise.allSettled(joining)
  devices = await Promise.all(joining)
  await createApp(nameOf(image))
  address = await until('the app', async () => {
    const { items } = await cloud.client.list(kinds.pods, { namespace: app.namespace })
    const [status] = items.map((pod) => pod.status)
    const ready = status?.conditions?.find(({ type }) => type === 'Ready')
    return ready?.status === 'True' ? status?.podIP : undefined
  })
})
afterAll(() => cleanup.run())
beforeEach((context) => {
  if (skip !== undefined) context.skip(skip)
})

test('a device whose line is cut is replaced; once it is back, it stops its copy', async () => {
  const first = await deviceOfApp()
  const figures = await lose(first, { away: first.cut, back: first.mend })
  expect(figures).toMatchObject(kept)
})

test('a device whose agent and engine are killed is replaced; once they are back, its copy goes', async () => {
  const first = await deviceOfApp()
  const returning = Promise.withResolvers<void>()
  let restarted: Promise<void> | undefined
  const figures = await lose(first, {
    away: async () => {
      await first.agent.end('SIGKILL')
      restarted = first.killAndRestart(() => returning.promise)
    },
    back: async () => {
      returning.resolve()
      await restarted
      first.agent.start()
    },
  })
  expect(figures).toMatchObject(kept)
})

type Loss = {
  readonly away: () => void | Promise<void>
  readonly back: () => void | Promise<void>
}

/** Loses the app's device under visitors, lets it return, and returns what came of it. */
async function lose(first: HomeDevice, { away, back }: Loss) {
  const second = other(first)
  const pod = await cloud.client.get(kinds.pods, app)
  const [old = ''] = await copiesOn(first)
  const isOfOld = ({ page }: Visit): boolean => page?.includes(old.slice(0, 12)) === true
  const visitors = sendVisitors(`http://${address}/`)
  await until('the first answer', () => visitors.visits.some(isOfOld))

  const lost = startWatch()
  await away()
  const dark = await lost('it is dark', nodeIs(first, 'DeviceDark'))
  const gone = await lost('it is lost', nodeIs(first, 'DeviceLost'))
  const isNew = (visit: Visit): boolean => visit.outcome === '200' && !isOfOld(visit)
  let answered: number
  try {
    answered = await lost('the other one answers', () => visitors.visits.some(isNew))
  } finally {
    print(await storyOfApp())
  }
  await expectStory(first, pod.metadata?.uid)
  const copy = await copiesOn(second)

  const returned = startWatch()
  await back()
  const heard = await returned('it is back', nodeIs(first, 'DeviceLive'))
  const stopped = await lastSeen(returned, async () => (await copiesOn(first)).length > 0)
  await visitors.stop()
  const { visits } = visitors
  const slowest = Math.max(...visits.map(({ startedMs, endedMs }) => endedMs - startedMs))
  print(
    `${first.node} is dark after ${dark} s, lost after ${gone} s, ${second.node} answers after ${answered} s; back, it is ` +
      `heard after ${heard} s, ${stopped === 0 ? 'without a copy' : `its copy runs until ${stopped} s`}; of ${visits.length} visitors the slowest waited ${seconds(slowest)} s`,
  )
  const firstOfNew = Math.min(...visits.filter(isNew).map(({ endedMs }) => endedMs))
  return {
    isAnsweredInTime: answered < WITHIN_SECONDS,
    isStoppedOnceHeard: stopped < heard + STOP_SECONDS,
    failed: visits.filter(({ outcome }) => outcome !== '200'),
    oldAfterNew: visits.filter((visit) => isOfOld(visit) && visit.startedMs > firstOfNew),
    isNewUndisturbed: (await copiesOn(second)).join() === copy.join(),
  }
}

type Watch = (what: string, find: () => boolean | Promise<boolean>) => Promise<number>

/** Returns who waits for something, and tells how many seconds there were since now. */
function startWatch(): Watch {
  const sinceMs = performance.now()
  return async (what, find) => {
    await until(what, find)
    return seconds(performance.now() - sinceMs)
  }
}

/** Returns when something was seen last, 0 where it never was, once it was not for so long that it does not come again. */
async function lastSeen(watch: Watch, find: () => Promise<boolean>): Promise<number> {
  let at = 0
  for (let quiet = 0; quiet < 50; quiet += 1) {
    if (await find()) {
      quiet = 0
      at = await watch('', () => true)
    }
    await wait(100)
  }
  return at
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function nodeIs({ node }: HomeDevice, reason: string): () => Promise<boolean> {
  return async () => {
    const { status } = await cloud.client.get(kinds.nodes, { name: node })
    return status?.conditions?.find(({ type }) => type === 'Ready')?.reason === reason
  }
}

/** The API tells who stopped the pod, why, and by what evidence; the address is the same one. */
async function expectStory(first: HomeDevice, uid: string | undefined): Promise<void> {
  const { client } = cloud
  const evidence = `node ${first.node} has the condition Ready with reason DeviceLost`
  expect((await client.get(instances, app)).status?.lastStop).toMatchObject({
    cause: 'DeviceLost',
    actor: 'nexqloud-healer',
    evidence,
    device: first.node,
    pod: uid,
  })
  const { items } = await client.list(kinds.events, { namespace: app.namespace })
  const told = items.map(({ reason, message }) => `${reason}: ${message}`)
  expect(told).toContain(`DeviceLost: Stopped: ${evidence}`)
  const pod = await client.get(kinds.pods, app)
  expect([pod.spec?.nodeName, pod.status?.podIP]).toEqual([other(first).node, address])
  const held = await client.list(addresses, {})
  expect(held.items.map(({ metadata }) => metadata?.name)).toEqual([address])
}

/** Tells what happened to the app so far, the newest last: where it was slow, this says at what. */
async function storyOfApp(): Promise<string> {
  const { items } = await cloud.client.list(kinds.events, { namespace: app.namespace })
  const happened = items.map(
    ({ metadata, reason, message }) => `${metadata?.creationTimestamp} ${reason}: ${message}`,
  )
  const log = readFileSync(join(cloud.folder, 'logs', 'masternode.log'), 'utf8')
  const warnings = log.split('\n').filter((line) => line.startsWith('{"level":40'))
  return [...happened.toSorted(), ...warnings.slice(-20)].join('\n')
}

async function createApp(image: string): Promise<void> {
  const ports = [{ name: 'http', containerPort: 80 }]
  const readinessProbe = { httpGet: { port: 80 }, periodSeconds: 1 }
  const containers = [{ name: 'main', image, ports, readinessProbe }]
  const spec = { schedulerName: 'nexqloud', containers }
  const { namespace, name } = app
  await cloud.client.create(
    instances,
    { namespace },
    { metadata: { name }, spec: { template: { spec } } },
  )
}

async function deviceOfApp(): Promise<HomeDevice> {
  const { spec } = await cloud.client.get(kinds.pods, app)
  const found = devices.find(({ node }) => node === spec?.nodeName)
  if (found === undefined) throw new Error('The app is nowhere.')
  return found
}

function other(device: HomeDevice): HomeDevice {
  const found = devices.find((each) => each !== device)
  if (found === undefined) throw new Error('There is one device.')
  return found
}

/** Returns the containers of the app that run on a device. */
async function copiesOn({ engine }: HomeDevice): Promise<readonly string[]> {
  const found = await engine.listContainers({ 'io.kubernetes.pod.name': app.name })
  return found.filter(({ state }) => state === 'running').map(({ id }) => id)
}
