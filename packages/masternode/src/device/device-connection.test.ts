import { duplexPair } from 'node:stream'

import {
  createSoleElection,
  type AssignedPod,
  type DeviceFacts,
  type DeviceLink,
  type PodReport,
} from '@nexqloud/control'
import {
  agentContract,
  agentRpcLimits,
  createAgentHello,
  masternodeContract,
} from '@nexqloud/device'
import { createManualClock } from '@nexqloud/kernel'
import {
  acceptRpc,
  createWindowBudget,
  Mux,
  muxLimitsByDefault,
  type Link,
  type MuxOptions,
  type RpcPeer,
} from '@nexqloud/tunnel'
import { expect, test, vi } from 'vitest'

import { createDeviceAllowances } from './device-allowances.ts'
import { DeviceConnection } from './device-connection.ts'

const line = '203.0.113.1'

test('a device that flaps has its last facts written, and not each', async () => {
  const { device, described, clock } = await setup()
  for (let turn = 1; turn <= 3001; turn += 1) {
    device.notify('machine', { ...facts, isDraining: turn % 2 === 1 })
  }
  await vi.waitFor(() => expect(described.length).toBeGreaterThan(100))
  await clock.pass(1000)
  expect(described.length).toBeLessThan(250)
  expect(described.at(-1)?.machine.isDraining).toBe(true)
})

test('statuses that flap are written as slowly, and dialling anew gives no more', async () => {
  const first = await setup()
  await flap(first)
  const writtenCount = first.reported.length
  expect(writtenCount).toBeLessThan(250)
  await first.clock.pass(1000)
  expect(first.reported.at(-1)?.status.message).toBe('3000')
  const second = await setup(first)
  await flap(second)
  expect(second.reported.length).toBeLessThan(50)
})

test('a device is told how placement sees it, and when that is over, and at which address it is seen', async () => {
  const { link, told } = await setup()
  link?.tellStanding({ failing: { instances: 3, untilMs: 0 } })
  link?.tellStanding({ unsteady: { times: 4, untilMs: 1000 } })
  link?.tellStanding({})
  await settle()
  expect(told).toEqual([
    { line, failing: { instances: 3, until: '1970-01-01T00:00:00.000Z' } },
    { line, unsteady: { times: 4, until: '1970-01-01T00:00:01.000Z' } },
    { line },
  ])
})

test('a device asks for the pods that it was given, and for no others', async () => {
  const { assign, device } = await setup()
  const spec = { containers: [{ name: 'main', image: 'x' }] }
  const metadata = { namespace: 'acme', name: 'web', uid: 'u1' }
  const asked = { door: 'metadata', method: 'GET', target: '/', headers: {}, body: '' } as const
  const before = device.request('answer', { ...asked, uid: 'u1' })
  await expect(before).rejects.toMatchObject({ kind: 'notFound' })
  assign([{ pod: { metadata, spec }, fencingToken: 1 }])
  await settle()
  const told = await device.request('answer', { ...asked, uid: 'u1' })
  expect(told.headers).toEqual({ pod: 'acme/web' })
  const other = device.request('answer', { ...asked, uid: 'u2' })
  await expect(other).rejects.toMatchObject({ kind: 'notFound' })
})

type Setup = Awaited<ReturnType<typeof setup>>

async function flap({ assign, device, reported }: Setup): Promise<void> {
  const metadata = { namespace: 'acme', name: 'web', uid: 'u1' }
  const spec = { containers: [{ name: 'main', image: 'x' }] }
  assign([{ pod: { metadata, spec }, fencingToken: 1 }])
  await settle()
  for (let turn = 1; turn <= 3000; turn += 1) {
    const status = { phase: 'Running', message: String(turn), ...none } as const
    device.notify('status', { ...metadata, token: 1, status, secondsRunning: 0 })
  }
  await settle()
  expect(reported.length).toBeGreaterThan(0)
}

const none = { conditions: [], containerStatuses: [] }

const facts = {
  cpus: 4,
  memoryBytes: 8e9,
  diskBytes: 1e11,
  freeDiskBytes: 9e10,
  architecture: 'amd64',
  engine: { name: 'memory', version: '1' },
  isDraining: false,
}

/** A device that says what the test says, and what is written of it; after another one, it is the same device. */
async function setup(before?: {
  readonly clock: ReturnType<typeof createManualClock>
  readonly allowanceOf: ReturnType<typeof createDeviceAllowances>
}) {
  const clock = before?.clock ?? createManualClock()
  const allowanceOf = before?.allowanceOf ?? createDeviceAllowances(clock)
  const described: DeviceFacts[] = []
  const reported: PodReport[] = []
  const links: DeviceLink[] = []
  const told: unknown[] = []
  const [near, far] = duplexPair()
  const peers: RpcPeer<typeof masternodeContract>[] = []
  const mux = new Mux(near, { ...muxParts('listener'), accept: neverAsked })
  void new Mux(far, {
    ...muxParts('dialer'),
    accept: (stream) => {
      const peer = acceptRpc(stream, {
        hello: createAgentHello('1.0.0'),
        ours: agentContract,
        theirs: masternodeContract,
        limits: agentRpcLimits,
        clock,
        onFault: () => {},
        handlers: {
          requests: {
            assign: async () => ({ fenced: [] }),
            measure: neverAsked,
            probe: neverAsked,
          },
          notifications: { standing: (standing) => told.push(standing), measured: () => {} },
        },
      })
      peers.push(peer)
      return peer.handler()
    },
  })
  const connection = new DeviceConnection(
    {
      driver: {
        podOf: () => undefined,
        connect: (link, first) => {
          links.push(link)
          described.push(first)
          return {
            heartbeat: () => {},
            describe: (next) => described.push(next),
            report: (report) => reported.push(report),
            reportDisks: () => {},
            tell: () => {},
            close: () => {},
          }
        },
      },
      answerPod: async ({ namespace, name }) => ({
        status: 200,
        headers: { pod: `${namespace}/${name}` },
        body: '',
      }),
      registry: { find: async () => undefined },
      readCredentials: async () => undefined,
      addressOf: () => undefined,
      clock,
      software: '1.0.0',
      election: createSoleElection(() => {}),
      onFailure: (failure) => {
        throw failure
      },
      allowanceOf,
      questionsOf: createDeviceAllowances(clock),
      mayPodAsk: () => true,
      showingOf: () => undefined,
    },
    { mux, peerKeyHash: '0x', peerAddress: line } as unknown as Link,
    { name: 'device-1', standing: {} as never, idle: undefined },
  )
  await connection.peer.ready
  const [device] = peers
  if (device === undefined) throw new Error('The control stream was not opened.')
  device.notify('machine', facts)
  await settle()
  const assign = (pods: readonly AssignedPod[]) => links[0]?.assign(pods)
  const [link] = links
  return { device, described, reported, clock, allowanceOf, assign, link, told }
}

function neverAsked(): never {
  throw new Error('Nobody asks that.')
}

function muxParts(role: MuxOptions['role']): Omit<MuxOptions, 'accept'> {
  return {
    role,
    limits: muxLimitsByDefault,
    budget: createWindowBudget(),
    clock: { steadyMs: () => performance.now() },
    onGoAway: () => {},
    onPong: () => {},
    onClose: () => {},
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate)
}
