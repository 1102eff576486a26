/** Several masternodes that work on one embedded API in memory, and devices that dial all of them. */

import { LeaseElection } from '@nexqloud/control'
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

import type { OpenApi } from '../src/api/masternode-api.ts'
import type { RegisteredDevice } from '../src/device/device-registry.ts'
import { openMasternode, type Masternode } from '../src/masternode.ts'
import { startAgent, type MemoryAgent } from './memory-agent.ts'
import { standingOf } from './network.ts'

/** What a test sees, and may do. */
export type Region = {
  readonly client: KubeClient
  readonly masternodes: readonly Masternode[]
  readonly failures: string[]
  readonly join: (name: string) => Promise<MemoryAgent>
}

/** Opens a region that ends with the test. */
export async function openRegion(count: number): Promise<Region> {
  const failures: string[] = []
  const registered = new Map<string, RegisteredDevice>()
  const { client, openApi } = await openSharedApi()
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const opened = await Promise.all(
    numbers.map(async (number) => {
      const tls = await createTlsIdentity(createTlsKey())
      const masternode = await open({ number, openApi, registered, tls, failures })
      return { masternode, keyHash: tls.keyHash }
    }),
  )
  const doors = opened.map(({ masternode, keyHash }) => ({
    port: masternode.devices.port,
    keyHash,
  }))
  return {
    client,
    masternodes: opened.map(({ masternode }) => masternode),
    failures,
    join: async (name) => {
      const device = await createTlsIdentity(createTlsKey())
      registered.set(device.keyHash, { name, standing: standingOf(name), idle: undefined })
      return startAgent({ name, identity: device, masternodes: doors })
    },
  }
}

type Opening = {
  readonly number: number
  readonly openApi: OpenApi
  readonly registered: ReadonlyMap<string, RegisteredDevice>
  readonly tls: TlsIdentity
  readonly failures: string[]
}

async function open({ number, openApi, registered, tls, failures }: Opening): Promise<Masternode> {
  const masternode = await openMasternode({
    identity: `masternode-${number}`,
    openApi,
    devices: {
      registry: { find: async (keyHash) => registered.get(keyHash) },
      identity: tls,
      host: '127.0.0.1',
      port: 0,
      onRefused: () => {},
    },
    gateway: { host: '127.0.0.1', httpPort: 0, pool: '127.69.0.0/16', domain: 'test' },
    clock: systemClock,
    software: '1.0.0',
    onFailure: (failure, part) => void failures.push(`${number} ${part}: ${String(failure)}`),
  })
  onTestFinished(masternode.close)
  return masternode
}

async function openSharedApi(): Promise<{
  readonly client: KubeClient
  readonly openApi: OpenApi
}> {
  const store = await openObjectStore(createMemoryDisk(), { retainedEvents: 10_000 })
  const server = await openApiServer({ store, clock: systemClock })
  onTestFinished(async () => {
    server.close()
    await store.close()
  })
  const user = { name: 'masternode', groups: [ADMINISTRATORS] }
  const client = createKubeClient(createInProcessTransport(server, user))
  const openApi: OpenApi = async ({ identity, clock, onFailure }) => ({
    client,
    schedulerNames: ['nexqloud'],
    openElection: (onChange) => new LeaseElection({ client, clock, identity, onChange, onFailure }),
    close: async () => {},
  })
  return { client, openApi }
}
