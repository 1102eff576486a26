import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { systemClock, type Passage } from '@nexqloud/kernel'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { createCleanup } from '../../engine/system/lab/cleanup.ts'
import { bringPrograms } from '../../engine/system/lab/packages.ts'
import type { Assignment } from '../src/protocol/assignment.ts'
import { driveDevice, type MasternodeEnd } from '../test/masternode-end.ts'
import { openDeviceLab, until, type DeviceLab } from './device-lab.ts'

/** Where pods send that are held to passages, whatever becomes of the agent. A server of the test stands for the internet. */

const skip = bringPrograms(['dockerd', 'docker-registry', 'busybox', 'nft'])
const cleanup = createCleanup()

/** A removed rule closes within so long. */
const CLOSES_MS = 2000

let lab: DeviceLab
let internet: Awaited<ReturnType<typeof openInternet>>

beforeAll(async () => {
  if (skip !== undefined) return
  lab = await openDeviceLab()
  cleanup.add(lab.close)
  internet = await openInternet(lab.host)
  cleanup.add(internet.close)
})
afterAll(cleanup.run)
beforeEach((context) => {
  if (skip !== undefined) context.skip(skip)
})

test('a pod reaches who is named, and one without passages nobody, from its first packet on', async () => {
  lab.startAgent()
  await assign({ named: [internet.passage], mute: [], free: undefined })
  await internet.hears('named')
  await internet.hears('free')
  expect(await ask('named')).toBe('hello')
  expect(await ask('mute')).toBe('')
})

test('a rule that is removed closes within two seconds, and one that is given again opens', async () => {
  const before = await containerOf('named')
  await assign({ named: [], mute: [], free: undefined })
  const removedMs = performance.now()
  await internet.missesFor('named', 500)
  expect(performance.now() - removedMs).toBeLessThan(CLOSES_MS + 500)
  await assign({ named: [internet.passage], mute: [], free: undefined })
  await internet.hears('named')
  expect(await containerOf('named')).toEqual(before)
})

test('an agent that is killed and started again lets nobody out in between', async () => {
  await lab.killAgent()
  expect([await ask('named'), await ask('mute')]).toEqual(['hello', ''])
  lab.startAgent()
  await until(async () => (await lab.link()).mux.isOpen || undefined)
  await internet.hears('named')
  expect(await ask('mute')).toBe('')
})

test('after a reboot without masternodes, a pod is held before it starts', async () => {
  const { id } = await containerOf('mute')
  await lab.closeMasternode()
  await lab.killAgent()
  await lab.engine.removeContainer(id)
  lab.flushRules()
  lab.startAgent()
  const found = await until(async () => {
    const [container] = await lab.engine.listContainers({ [UID]: 'mute' })
    return container?.state === 'running' ? container : undefined
  })
  expect(found.id).not.toBe(id)
  expect(await ask('mute')).toBe('')
  expect(await ask('named')).toBe('hello')
})

test('all that time nothing was heard of the pod without passages', () => {
  expect(internet.heard('mute')).toBe(0)
})

/** Opens a server that is told by pods who they are. */
async function openInternet(host: string) {
  const times = new Map<string, number[]>()
  const server = createServer(({ url = '' }, response) => {
    const name = url.slice(1)
    times.set(name, [...(times.get(name) ?? []), performance.now()])
    response.end('hello')
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const passage: Passage = { protocol: 6, from: port, to: port, cidr: `${host}/32` }
  const heard = (name: string): number => times.get(name)?.length ?? 0
  return {
    url: `http://${host}:${port}`,
    passage,
    heard,
    /** Resolves once something new is heard. */
    hears: async (name: string) => {
      const before = heard(name)
      await until(() => heard(name) > before || undefined)
    },
    /** Resolves once nothing was heard for so long. */
    missesFor: async (name: string, ms: number) => {
      await until(() => performance.now() - (times.get(name)?.at(-1) ?? 0) > ms || undefined)
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

let driven: { readonly mux: unknown; readonly masternode: MasternodeEnd } | undefined

async function drive(): Promise<MasternodeEnd> {
  const { mux } = await lab.link()
  if (driven?.mux === mux) return driven.masternode
  const masternode = driveDevice(mux, systemClock)
  driven = { mux, masternode }
  await masternode.peer.ready
  return masternode
}

type Pods = Assignment['pods']

/** Resolves once all of them run. */
async function assign(
  passages: Readonly<Record<string, readonly Passage[] | undefined>>,
): Promise<void> {
  const { peer, reportOf } = await drive()
  const pods = Object.entries(passages).map(([name, egress]) => podOf(name, egress))
  expect(await peer.request('assign', { term: 1, serial: 1, pods })).toEqual({ fenced: [] })
  for (const { uid } of pods) {
    await until(() => (reportOf(uid)?.status.phase === 'Running' ? true : undefined))
  }
}

const UID = 'io.kubernetes.pod.uid'

async function containerOf(name: string) {
  const [found] = await lab.engine.listContainers({ [UID]: name })
  if (found === undefined) throw new Error('There is no container.')
  return lab.engine.inspectContainer(found.id)
}

/** Returns what the internet answers a pod; nothing where it does not. */
async function ask(name: string): Promise<string> {
  const { id } = await containerOf(name)
  const asked = `timeout 1 wget -q -O - ${internet.url}/${name}`
  const session = await lab.engine.exec(id, { command: ['sh', '-c', asked] })
  let said = ''
  for await (const { stream, bytes } of session.output) {
    if (stream === 'stdout') said += Buffer.from(bytes).toString()
  }
  return said
}

/** Asks the internet again and again, from its first moment on. */
function podOf(name: string, egress: readonly Passage[] | undefined): Pods[number] {
  const asks = `timeout 1 wget -q -O /dev/null ${internet.url}/${name}`
  const script = `trap exit TERM; while :; do ${asks}; sleep 0.1; done`
  return {
    namespace: 'acme',
    name,
    uid: name,
    token: 1,
    ...(egress !== undefined && { egress: [...egress] }),
    pod: {
      spec: {
        containers: [
          {
            name: 'asker',
            image: lab.image,
            command: ['sh', '-c', script],
            resources: { limits: { cpu: '500m', memory: '64Mi' } },
          },
        ],
        terminationGracePeriodSeconds: 1,
      },
    },
  }
}
