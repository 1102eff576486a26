/** Several masternodes that work on one embedded API in memory, and devices that dial all of them. */

import { LeaseElection } from '@nexqloud/control'
import { systemClock, type Clock } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'
import { createTlsIdentity, createTlsKey, type TlsIdentity } from '@nexqloud/tunnel'
import { onTestFinished } from 'vitest'

import { createCutClient } from '../../control/test/masternodes.ts'
import type { MasternodeApi, OpenApi } from '../src/api/masternode-api.ts'
import type { DeviceRegistry, RegisteredDevice } from '../src/device/device-registry.ts'
import { openMasternode, type Masternode } from '../src/masternode.ts'
import type { RecordOptions } from '../src/record/recorder.ts'
import { startAgent, type MemoryAgent } from './memory-agent.ts'
import { alwaysDial, type Door, type MemoryDeviceStart } from './memory-device.ts'
import { openMemoryApi, standingOf } from './network.ts'

/** A masternode, and where devices dial it. */
export type RegionMasternode = Masternode & { readonly door: Door }

/** What a test sees, and may do. */
export type Region = {
  readonly client: KubeClient
  readonly masternodes: readonly RegionMasternode[]
  readonly failures: string[]
  /** Registers a device and starts its agent, which dials all masternodes of now unless it is told otherwise. */
  readonly join: (
    name: string,
    more?: Partial<Pick<MemoryDeviceStart, 'targets' | 'clock'>>,
  ) => Promise<MemoryAgent>
  /** Starts one more masternode. */
  readonly startAnother: () => Promise<void>
  /** Cuts a masternode, by its number, off from the devices, or lets them come back. */
  readonly cut: (masternode: number, isCut: boolean) => void
  /** Cuts it off from the API, and from nothing else. */
  readonly cutApi: (masternode: number, isCut: boolean) => void
}

/** Opens a region that ends with the test. */
export async function openRegion(
  count: number,
  recordOf: (masternode: number) => RecordOptions | undefined = () => undefined,
  clock: Clock = systemClock,
): Promise<Region> {
  const failures: string[] = []
  const registered = new Map<string, RegisteredDevice>()
  const cutOff = new Set<number>()
  const { openApi, readClient, cutApi } = shareApi()
  const masternodes: RegionMasternode[] = []
  const start = async (number: number): Promise<void> => {
    const tls = await createTlsIdentity(createTlsKey())
    const find: Opening['find'] = async (keyHash) =>
      cutOff.has(number) ? undefined : registered.get(keyHash)
    const record = recordOf(number)
    const masternode = await open({ number, openApi, record, find, tls, clock, failures })
    const door = { port: masternode.devices.port, keyHash: tls.keyHash }
    masternodes[number - 1] = { ...masternode, door }
  }
  await Promise.all(Array.from({ length: count }, (_, index) => start(index + 1)))
  return {
    client: await readClient(),
    cutApi,
    masternodes,
    startAnother: () => start(masternodes.length + 1),
    cut: (number, isCut) => {
      cutOff.delete(number)
      if (isCut) cutOff.add(number)
      const devices = isCut ? masternodes[number - 1]?.devices : undefined
      for (const { name } of registered.values()) devices?.linkOf(name)?.mux.close('cancel', 'Cut.')
    },
    failures,
    join: async (name, more = {}) => {
      const identity = await createTlsIdentity(createTlsKey())
      registered.set(identity.keyHash, { name, standing: standingOf(name), idle: undefined })
      const targets = alwaysDial(masternodes.map(({ door }) => door))
      return startAgent({ name, identity, targets, ...more })
    },
  }
}

type Opening = {
  readonly number: number
  readonly openApi: OpenApi
  readonly record: RecordOptions | undefined
  readonly find: DeviceRegistry['find']
  readonly tls: TlsIdentity
  readonly clock: Clock
  readonly failures: string[]
}

async function open({
  number,
  openApi,
  record,
  find,
  tls,
  clock,
  failures,
}: Opening): Promise<Masternode> {
  const masternode = await openMasternode({
    identity: `masternode-${number}`,
    openApi,
    ...(record && { record }),
    devices: {
      registry: { find },
      identity: tls,
      host: '127.0.0.1',
      port: 0,
      onRefused: () => {},
    },
    gateway: { host: '127.0.0.1', httpPort: 0, pool: '127.69.0.0/16', domain: 'test' },
    clock,
    software: '1.0.0',
    onOwn: () => {},
    onFailure: (failure, part) => void failures.push(`${number} ${part}: ${String(failure)}`),
  })
  onTestFinished(masternode.close)
  return masternode
}

/** All of them work on the first one's API, each by a way of its own. */
function shareApi() {
  let shared: Promise<MasternodeApi> | undefined
  const reaches = new Map<string, (reaches: boolean) => void>()
  onTestFinished(async () => (await shared)?.close())
  const openApi: OpenApi = async (parts) => {
    shared ??= openMemoryApi(parts)
    const api = await shared
    const { cut: client, setReach } = createCutClient(api.client)
    reaches.set(parts.identity, setReach)
    const openElection: MasternodeApi['openElection'] = (onChange) =>
      new LeaseElection({ ...parts, client, onChange })
    return { ...api, client, openElection, close: async () => {} }
  }
  return {
    openApi,
    readClient: async (): Promise<KubeClient> => {
      if (shared === undefined) throw new TypeError('A region has a masternode.')
      return (await shared).client
    },
    cutApi: (number: number, isCut: boolean) => reaches.get(`masternode-${number}`)?.(!isCut),
  }
}
