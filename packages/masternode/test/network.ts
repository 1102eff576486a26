/** A masternode, over the embedded API in memory unless another one is given, and devices whose containers are functions, joined by real links. */

import { createSoleElection } from '@nexqloud/control'
import type { Gateway } from '@nexqloud/gateway'
import { systemClock } from '@nexqloud/kernel'
import {
  ADMINISTRATORS,
  createInProcessTransport,
  createKubeClient,
  createMemoryDisk,
  openApiServer,
  openObjectStore,
  type KubeClient,
  type KubeletStreams,
  type UsageReader,
} from '@nexqloud/kube'
import { createTlsIdentity, createTlsKey, type TlsIdentity } from '@nexqloud/tunnel'
import { onTestFinished } from 'vitest'

import type { ApiParts, MasternodeApi, OpenApi } from '../src/api/masternode-api.ts'
import type { DeviceDoor } from '../src/device/device-door.ts'
import type { RegisteredDevice } from '../src/device/device-registry.ts'
import { openMasternode, type Masternode } from '../src/masternode.ts'
import type { RecordOptions } from '../src/record/recorder.ts'
import { startAgent, type MemoryAgent } from './memory-agent.ts'
import { alwaysDial } from './memory-device.ts'

/** What a test sees, and may do. */
export type Network = {
  readonly client: KubeClient
  readonly gateway: Gateway
  readonly devices: DeviceDoor
  readonly note: Masternode['note']
  readonly tell: Masternode['tell']
  /** What the API asks of devices. */
  readonly streams: KubeletStreams
  readonly usage: UsageReader
  /** What the masternode was told of, and went on after. */
  readonly failures: string[]
  /** What the chain knows, by TLS key hash. */
  readonly registered: Map<string, RegisteredDevice>
  /** Registers a device and starts its agent. */
  readonly join: (name: string, more?: Partial<RegisteredDevice>) => Promise<MemoryAgent>
  /** Starts another agent with a device's key. */
  readonly startTwin: (agent: MemoryAgent) => MemoryAgent
}

/** Opens a network that ends with the test. */
export async function openNetwork(
  openApi: OpenApi = openMemoryApi,
  record?: RecordOptions,
): Promise<Network> {
  const failures: string[] = []
  const registered = new Map<string, RegisteredDevice>()
  const identity = await createTlsIdentity(createTlsKey())
  const late: { streams?: KubeletStreams; usage?: UsageReader } = {}
  const masternode = await openMasternode({
    identity: 'masternode-1',
    openApi: async (parts) => openApi(Object.assign(late, parts)),
    ...(record && { record }),
    devices: {
      registry: { find: async (keyHash) => registered.get(keyHash) },
      identity,
      host: '127.0.0.1',
      port: 0,
      onRefused: () => {},
      // Pods are probed at each look.
      randomInt: (least) => least,
    },
    // One that no other test, and no network on this machine, has.
    gateway: { host: '127.0.0.1', httpPort: 0, pool: '127.67.0.0/16', domain: 'test' },
    clock: systemClock,
    software: '1.0.0',
    onOwn: () => {},
    onFailure: (failure, part) => void failures.push(`${part}: ${String(failure)}`),
  })
  onTestFinished(masternode.close)
  const start = (name: string, device: TlsIdentity): MemoryAgent =>
    startAgent({
      name,
      identity: device,
      targets: alwaysDial([{ port: masternode.devices.port, keyHash: identity.keyHash }]),
    })
  return {
    ...masternode,
    streams: late.streams as KubeletStreams,
    usage: late.usage as UsageReader,
    failures,
    registered,
    join: async (name, more = {}) => {
      const device = await createTlsIdentity(createTlsKey())
      registered.set(device.keyHash, { name, standing: standingOf(name), idle: undefined, ...more })
      return start(name, device)
    },
    startTwin: ({ name, identity: same }) => start(name, same),
  }
}

/** Opens the embedded API in memory. */
export async function openMemoryApi(parts: ApiParts): Promise<MasternodeApi> {
  const store = await openObjectStore(createMemoryDisk(), { retainedEvents: 10_000 })
  const server = await openApiServer({ ...parts, store })
  const user = { name: 'masternode', groups: [ADMINISTRATORS] }
  return {
    client: createKubeClient(createInProcessTransport(server, user)),
    schedulerNames: ['nexqloud', 'default-scheduler'],
    openElection: createSoleElection,
    close: async () => {
      server.close()
      await store.close()
    },
  }
}

/** Returns what the network knows of a device that nobody knows much of. */
export function standingOf(name: string): RegisteredDevice['standing'] {
  return {
    owner: name,
    isp: '',
    area: '',
    region: 'local',
    tier: '',
    priceMicroUsdPerHour: 1n,
    latencyMs: 1,
    riskBps: 0,
  }
}
