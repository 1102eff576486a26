/** Several masternodes that work on one embedded API in memory, and devices that dial all of them. */

import { LeaseElection } from '@nexqloud/control'
import { systemClock } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'
import { createTlsIdentity, createTlsKey, type TlsIdentity } from '@nexqloud/tunnel'
import { onTestFinished } from 'vitest'

import type { MasternodeApi, OpenApi } from '../src/api/masternode-api.ts'
import type { DeviceRegistry, RegisteredDevice } from '../src/device/device-registry.ts'
import { openMasternode, type Masternode } from '../src/masternode.ts'
import type { RecordOptions } from '../src/record/recorder.ts'
import { startAgent, type MemoryAgent } from './memory-agent.ts'
import { openMemoryApi, standingOf } from './network.ts'

/** What a test sees, and may do. */
export type Region = {
  readonly client: KubeClient
  readonly masternodes: readonly Masternode[]
  readonly failures: string[]
  readonly join: (name: string) => Promise<MemoryAgent>
  /** Cuts a masternode, by its number, off from the devices, or lets them come back. */
  readonly cut: (masternode: number, isCut: boolean) => void
}

/** Opens a region that ends with the test. */
export async function openRegion(
  count: number,
  recordOf: (masternode: number) => RecordOptions | undefined = () => undefined,
): Promise<Region> {
  const failures: string[] = []
  const registered = new Map<string, RegisteredDevice>()
  const cutOff = new Set<number>()
  const openApi = shareApi()
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const opened = await Promise.all(
    numbers.map(async (number) => {
      const tls = await createTlsIdentity(createTlsKey())
      const find: Opening['find'] = async (keyHash) =>
        cutOff.has(number) ? undefined : registered.get(keyHash)
      const record = recordOf(number)
      const masternode = await open({ number, openApi, record, find, tls, failures })
      return { masternode, keyHash: tls.keyHash }
    }),
  )
  const doors = opened.map(({ masternode, keyHash }) => ({
    port: masternode.devices.port,
    keyHash,
  }))
  const [first] = opened
  if (first === undefined) throw new TypeError('A region has a masternode.')
  return {
    client: first.masternode.client,
    masternodes: opened.map(({ masternode }) => masternode),
    cut: (number, isCut) => {
      cutOff.delete(number)
      if (isCut) cutOff.add(number)
      const devices = isCut ? opened[number - 1]?.masternode.devices : undefined
      for (const { name } of registered.values()) devices?.linkOf(name)?.mux.close('cancel', 'Cut.')
    },
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
  readonly record: RecordOptions | undefined
  readonly find: DeviceRegistry['find']
  readonly tls: TlsIdentity
  readonly failures: string[]
}

async function open({
  number,
  openApi,
  record,
  find,
  tls,
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
    clock: systemClock,
    software: '1.0.0',
    onFailure: (failure, part) => void failures.push(`${number} ${part}: ${String(failure)}`),
  })
  onTestFinished(masternode.close)
  return masternode
}

/** All of them work on the first one's API. */
function shareApi(): OpenApi {
  let shared: Promise<MasternodeApi> | undefined
  onTestFinished(async () => (await shared)?.close())
  return async (parts) => {
    shared ??= openMemoryApi(parts)
    const api = await shared
    const openElection: MasternodeApi['openElection'] = (onChange) =>
      new LeaseElection({ ...parts, client: api.client, onChange })
    return { ...api, openElection, close: async () => {} }
  }
}
