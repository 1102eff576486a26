/** A masternode over the embedded API in memory, and devices whose containers are functions, joined by real links. */

import { createDriver, runHealer, runScheduler, type Driver } from '@nexqloud/control'
import { systemClock } from '@nexqloud/kernel'
import {
  ADMINISTRATORS,
  createInProcessTransport,
  createKubeClient,
  createMemoryDisk,
  openApiServer,
  openObjectStore,
  type KubeClient,
} from '@nexqloud/kube'
import { createTlsIdentity, createTlsKey, type TlsIdentity } from '@nexqloud/tunnel'
import { onTestFinished } from 'vitest'

import { openDeviceDoor, type DeviceDoor } from '../src/device/device-door.ts'
import type { RegisteredDevice } from '../src/device/device-registry.ts'
import { createCredentialReader } from '../src/device/registry-credentials.ts'
import { startAgent, type MemoryAgent } from './memory-agent.ts'

/** What a test sees, and may do. */
export type Network = {
  readonly client: KubeClient
  readonly driver: Driver
  readonly door: DeviceDoor
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
export async function openNetwork(): Promise<Network> {
  const clock = systemClock
  const running = new AbortController()
  const { signal } = running
  const store = await openObjectStore(createMemoryDisk(), { retainedEvents: 10_000 })
  const server = await openApiServer({ store })
  const user = { name: 'masternode', groups: [ADMINISTRATORS] }
  const client = createKubeClient(createInProcessTransport(server, user))
  const failures: string[] = []
  const onFailure = (failure: unknown): void => void failures.push(String(failure))
  const options = { client, clock, onFailure }
  const driver = createDriver(options)
  const controllers = [
    driver.run(signal),
    runScheduler(options, signal),
    runHealer(options, signal),
  ]
  const registered = new Map<string, RegisteredDevice>()
  const identity = await createTlsIdentity(createTlsKey())
  const door = await openDeviceDoor({
    driver,
    registry: { find: async (keyHash) => registered.get(keyHash) },
    readCredentials: createCredentialReader(client),
    clock,
    software: '1.0.0',
    term: 1,
    onFailure,
    host: '127.0.0.1',
    port: 0,
    identity,
    onRefused: () => {},
  })
  onTestFinished(async () => {
    running.abort()
    await door.close(0)
    await Promise.all(controllers)
    server.close()
    await store.close()
  })
  const start = (name: string, device: TlsIdentity): MemoryAgent =>
    startAgent({ name, identity: device, port: door.port, keyHash: identity.keyHash })
  return {
    client,
    driver,
    door,
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

function standingOf(name: string): RegisteredDevice['standing'] {
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
