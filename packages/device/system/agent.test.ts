import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { systemClock } from '@nexqloud/kernel'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { bringPrograms } from '../../engine/system/lab/packages.ts'
import type { Assignment } from '../src/protocol/assignment.ts'
import { channels, encodePiece } from '../src/protocol/channel.ts'
import {
  driveDevice,
  readStream,
  textOfChannels,
  type MasternodeEnd,
} from '../test/masternode-end.ts'
import { openDeviceLab, until, type DeviceLab } from './device-lab.ts'

const skip = bringPrograms(['dockerd', 'docker-registry', 'busybox', 'nft'])
const script = 'echo ready; mkdir /www; echo hello > /www/index.html; exec httpd -f -p 8080 -h /www'

let lab: DeviceLab

beforeAll(async () => {
  if (skip !== undefined) return
  lab = await openDeviceLab()
})
afterAll(() => lab?.close())
beforeEach((context) => {
  if (skip !== undefined) context.skip(skip)
})

test('a pod runs, its log is read, commands run in it, its port answers', async () => {
  lab.startAgent()
  const masternode = await drive()
  await assign(masternode, [webPod()])
  await untilReady(masternode)
  expect(masternode.machines[0]).toMatchObject({ engine: { name: 'docker' } })
  const { mux } = await lab.link()
  expect((await readStream(mux, { kind: 'logs', uid: 'web-1' })).toString()).toBe('ready\n')
  const ran = await readStream(
    mux,
    { kind: 'exec', uid: 'web-1', command: ['sh', '-c', 'cat; exit 3'], stdin: true },
    (stream) => {
      stream.write(encodePiece(channels.stdin, Buffer.from('said')))
      stream.write(encodePiece(channels.close, Buffer.from([channels.stdin])))
    },
  )
  const said = textOfChannels(ran)
  expect(said[channels.stdout]).toBe('said')
  expect(said[channels.error]).toContain('"reason":"ExitCode","message":"3"')
  const page = await readStream(mux, { kind: 'port', uid: 'web-1', port: 8080 }, (stream) => {
    stream.write(Buffer.from('GET /index.html HTTP/1.0\r\n\r\n'))
  })
  expect(page.toString()).toMatch(/hello\n$/)
})

test('what a container asks at the address of metadata is asked in its own name, whatever it says', async () => {
  const masternode = await drive()
  await assign(masternode, [webPod(), webPod('other', 'other-1')])
  await untilReady(masternode, 'other-1')
  const own = { method: 'GET', target: '/latest/?uid=web-1', headers: { 'x-token': 'a' } }
  expect(await askFrom('web-1', 80)).toMatchObject({ ...own, door: 'metadata', uid: 'web-1' })
  expect(await askFrom('other-1', 80)).toMatchObject({ ...own, door: 'metadata', uid: 'other-1' })
  expect(await askFrom('other-1', 8773)).toMatchObject({ ...own, door: 'api', uid: 'other-1' })
  // Of an agent that was started again, other ports are behind the doors.
  await lab.killAgent()
  lab.startAgent()
  const next = await drive()
  await assign(next, [webPod()])
  await until(() => (next.inventories.at(-1)?.length === 1 ? true : undefined))
  await untilReady(next)
  expect(await askFrom('web-1', 80)).toMatchObject({ ...own, door: 'metadata', uid: 'web-1' })
})

test('what is done to a container behind the agent’s back is seen by a probe, and by nobody else', async () => {
  const masternode = await drive()
  const probe = async (port: number) => {
    const { pods } = await masternode.peer.request('probe', { pods: [{ uid: 'web-1', port }] })
    return pods.map(({ sign }) => sign)
  }
  expect(await probe(8080)).toEqual(['lives'])
  expect(await probe(4711)).toEqual(['lives'])
  const { id } = await findContainer()
  for (const hold of lab.holds) {
    const release = await hold(id)
    expect(await probe(4711)).toEqual(['held'])
    expect(masternode.reportOf('web-1')?.status.phase).toBe('Running')
    await release()
    expect(await probe(4711)).toEqual(['lives'])
  }
  const plugIn = await lab.unplug(id)
  expect(await probe(4711)).toEqual(['silent'])
  await plugIn()
  await until(async () => ((await probe(4711))[0] === 'lives' ? true : undefined))
})

test('the agent is killed and started again, and the container does not notice', async () => {
  const before = await findContainer()
  await lab.killAgent()
  lab.startAgent()
  const masternode = await drive()
  await untilReady(masternode)
  expect(await findContainer()).toEqual(before)
  expect(masternode.reportOf('web-1')?.status.containerStatuses[0]?.restartCount).toBe(0)
})

test('an agent that no masternode answers does what it was told last', async () => {
  await lab.closeMasternode()
  await lab.killAgent()
  const { id } = await findContainer()
  await lab.engine.removeContainer(id)
  lab.startAgent()
  const found = await until(async () => (await lab.engine.listContainers())[0])
  await until(async () =>
    (await lab.engine.inspectContainer(found.id)).state === 'running' ? true : undefined,
  )
  expect(found.id).not.toBe(id)
  await lab.openMasternode()
  await untilReady(await drive())
})

test('killed at any moment while pods come and go, it neither restarts nor doubles what runs', async () => {
  const before = await findContainer('web-1')
  for (let round = 1; round <= 8; round += 1) {
    const masternode = await drive()
    const pods = [webPod(), webPod('churn', `churn-${round}`, round)]
    await assign(masternode, pods)
    await wait((round * 137) % 700)
    await lab.killAgent()
    lab.startAgent()
  }
  await untilReady(await drive(), 'churn-8')
  expect(await findContainer('web-1')).toEqual(before)
  const names = (await lab.engine.listContainers()).map(({ labels }) => labels[UID])
  expect(new Set(names)).toEqual(new Set(['churn-8', 'web-1']))
  expect(names).toHaveLength(2)
})

test('with a full disk it runs on, ends what is to end, and takes nothing new before there is room', async () => {
  const masternode = await drive()
  const before = await findContainer('web-1')
  const filler = join(lab.agentFolder, 'filler')
  fill(filler)
  const pods = [webPod(), webPod('late', 'late-1')]
  const ask = () => masternode.peer.request('assign', { term: 1, serial: 2, pods })
  const why = "the device's disk is full (ENOSPC)"
  expect(await ask()).toEqual({ fenced: [], unsaved: { isFull: true, why, held: ['web-1'] } })
  await until(async () => ((await lab.engine.listContainers()).length === 1 ? true : undefined))
  rmSync(filler)
  expect(await ask()).toEqual({ fenced: [] })
  await untilReady(masternode, 'late-1')
  expect(await findContainer('web-1')).toEqual(before)
  expect(await drive()).toBe(masternode)
})

test('a pod that is taken away is stopped, and nothing of it is left', async () => {
  const masternode = await drive()
  await assign(masternode, [])
  await until(() => (masternode.inventories.at(-1)?.length === 0 ? true : undefined))
  expect(await lab.engine.listContainers()).toEqual([])
  await until(async () => ((await lab.engine.listNetworks()).length === 0 ? true : undefined))
  expect(await lab.stopAgent()).toBe(0)
})

/** Asks at the address of metadata, from inside a pod; says what was asked of the masternode then. */
async function askFrom(uid: string, port: number): Promise<unknown> {
  const asked = `http://169.254.169.254:${port}/latest/?uid=web-1`
  const command = ['wget', '-q', '-O', '-', '--header', 'X-Token: a', asked]
  const { mux } = await lab.link()
  const ran = await readStream(mux, { kind: 'exec', uid, command })
  const said = textOfChannels(ran)
  expect(said).toMatchObject({ [channels.error]: expect.stringContaining('Success') })
  return JSON.parse(said[channels.stdout] ?? '')
}

let driven: { readonly mux: unknown; readonly masternode: MasternodeEnd } | undefined

/** Drives the device over the link of now. */
async function drive(): Promise<MasternodeEnd> {
  const { mux } = await lab.link()
  if (driven?.mux === mux) return driven.masternode
  const masternode = driveDevice(mux, systemClock)
  driven = { mux, masternode }
  await masternode.peer.ready
  return masternode
}

type Pods = Assignment['pods']

async function assign({ peer }: MasternodeEnd, pods: Pods): Promise<void> {
  expect(await peer.request('assign', { term: 1, serial: 1, pods })).toEqual({ fenced: [] })
}

/** Takes what is left of a disk. */
function fill(file: string): void {
  const piece = Buffer.alloc(4096)
  try {
    for (;;) appendFileSync(file, piece)
  } catch (failure) {
    expect(failure).toMatchObject({ code: 'ENOSPC' })
  }
}

async function untilReady({ reportOf }: MasternodeEnd, uid = 'web-1'): Promise<void> {
  await until(() => {
    const conditions = reportOf(uid)?.status.conditions ?? []
    return conditions.find(({ type, status }) => type === 'Ready' && status === 'True')
  })
}

const UID = 'io.kubernetes.pod.uid'

async function findContainer(uid = 'web-1') {
  const [found] = await lab.engine.listContainers({ [UID]: uid })
  if (found === undefined) throw new Error('There is no container.')
  return lab.engine.inspectContainer(found.id)
}

function webPod(name = 'web', uid = 'web-1', token = 1): Pods[number] {
  return {
    namespace: 'acme',
    name,
    uid,
    token,
    pod: {
      spec: {
        containers: [
          {
            name: 'web',
            image: lab.image,
            command: ['sh', '-c', script],
            resources: { limits: { cpu: '500m', memory: '64Mi' } },
            readinessProbe: { httpGet: { port: 8080, path: '/index.html' }, periodSeconds: 1 },
          },
        ],
        terminationGracePeriodSeconds: 1,
      },
    },
  }
}
