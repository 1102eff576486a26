/** An agent that runs on a device in memory, with links that end in the test. */

import { duplexPair } from 'node:stream'

import {
  backOffByDefault,
  createTargetDialer,
  createWindowBudget,
  Mux,
  muxLimitsByDefault,
  parseTlsKeyHash,
  type Link,
  type LinkEndedError,
  type LinkUser,
  type MuxOptions,
} from '@nexqloud/tunnel'

import { createDrainSwitch } from '../src/agent/drain-switch.ts'
import { runAgent, type AgentParts } from '../src/agent/run-agent.ts'
import type { AnswerVisit, Visit } from '../src/courier/courier.ts'
import { createMeasureServer, type MeasureServer } from '../src/measure/measure-server.ts'
import { createOwnerStanding } from '../src/owner/owner-standing.ts'
import { driveDevice } from './masternode-end.ts'
import { createMemoryDevice, type MemoryDevice } from './memory-device.ts'

const endpoint = { host: 'masternode', port: 443, keyHash: parseTlsKeyHash(`0x${'1'.repeat(64)}`) }

/** An agent whose links end here. */
export async function startAgent(
  closers: (() => Promise<void>)[],
  change = (parts: AgentParts): AgentParts => parts,
) {
  const device = createMemoryDevice()
  await device.stop()
  const links: { readonly far: Mux }[] = []
  const abort = new AbortController()
  const drain = createDrainSwitch()
  const standing = createOwnerStanding()
  const parts = agentPartsOf(device, (far) => links.push({ far }), { drain, standing })
  let answer: AnswerVisit | undefined
  const courier: AgentParts['courier'] = { serve: (own) => (answer = own) }
  const done = runAgent(change({ ...parts, courier }), abort.signal)
  closers.push(async () => {
    abort.abort()
    await device.clock.pass(5000)
    await done
  })
  await device.clock.pass(0)
  const far = (): Mux => {
    const last = links.at(-1)
    if (last === undefined) throw new Error('Nobody dialled.')
    return last.far
  }
  const drive = () => driveDevice(far(), device.clock)
  /** Asks as a container does. */
  const visit = async (visited: Visit) => answer?.(visited, abort.signal)
  return { device, drain, standing, links, far, drive, visit }
}

/** Returns what an agent on a device in memory stands on. */
export function agentPartsOf(
  device: MemoryDevice,
  onDial: (far: Mux) => void = () => {},
  { drain = createDrainSwitch(), standing = createOwnerStanding() } = {},
): AgentParts {
  return {
    owner: 'device',
    engine: device.engine,
    images: { pull: device.engine.pullImage },
    wall: device.openWall(),
    store: device.store,
    policy: { allowsNearbyRegistries: true },
    clock: device.clock,
    createProber: () => async () => device.probed.outcome,
    software: '1.0.0',
    machineFacts: async () => ({
      cpus: 4,
      memoryBytes: 1e9,
      diskBytes: 1e10,
      freeDiskBytes: 1e9,
      architecture: 'amd64',
      engine: { name: 'memory', version: '1' },
    }),
    onFault: (fault) => device.faults.push(fault),
    drain,
    standing,
    observer: {
      onReport: () => {},
      onInventory: () => {},
      onStanding: () => {},
      onMeasured: () => {},
    },
    measure: createMeasureServer(7, copyAByte, device.clock),
    readLoad: () => ({
      cpuNanoseconds: BigInt(device.clock.steadyMs()) * 500_000n,
      memoryBytes: 1e6,
    }),
    dialTarget: createTargetDialer({ timeoutMs: 1000 }),
    uplink: {
      targets: async () => ({ kept: [endpoint], spare: [] }),
      random: () => 0.5,
      backOff: backOffByDefault,
      graceMs: 0,
      onEvent: () => {},
      dial: async (_, use) => {
        const { link, far } = createLink(use)
        onDial(far)
        return link
      },
    },
  }
}

/** A link in memory: what the agent has of it, and its far end. */
function createLink(use: (link: Link) => LinkUser): { readonly link: Link; readonly far: Mux } {
  const [near, distant] = duplexPair()
  const closed = Promise.withResolvers<LinkEndedError>()
  const leaving = Promise.withResolvers<void>()
  const options: MuxOptions = {
    role: 'listener',
    limits: muxLimitsByDefault,
    budget: createWindowBudget(),
    clock: { steadyMs: () => 0 },
    accept: () => ({ onData: () => {}, onEnd: () => {}, onReset: () => {}, onWritable: () => {} }),
    onGoAway: () => {},
    onPong: () => {},
    onClose: () => {},
  }
  const mux: Mux = new Mux(near, {
    ...options,
    role: 'dialer',
    accept: (stream, target) => user.accept(stream, target),
    onClose: (end) => {
      leaving.resolve()
      closed.resolve(end)
    },
  })
  const link: Link = {
    mux,
    peerKeyHash: endpoint.keyHash,
    peerAddress: '192.0.2.1',
    leaving: leaving.promise,
    closed: closed.promise,
    close: async () => mux.close('cancel', 'The agent ends.'),
  }
  const user = use(link)
  return { link, far: new Mux(distant, options) }
}

const copyAByte: MeasureServer = async (question) => ({
  ...question,
  piece: 'memory',
  totalBytes: 1,
  workedBytes: 1,
  ms: 1,
  proof: '0'.repeat(64),
})
