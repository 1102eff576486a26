/** A data folder from which a masternode runs, whose API is served over TLS; its one device is in memory. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { systemClock } from '@nexqloud/kernel'
import { ADMINISTRATORS } from '@nexqloud/kube'
import { createEmbeddedApi, openMasternode } from '@nexqloud/masternode'
import { createTlsIdentity, createTlsKey } from '@nexqloud/tunnel'
import { onTestFinished } from 'vitest'

import {
  kubeconfigOf,
  makeCertificates,
} from '../../../packages/kube/system/kubernetes/certificates.ts'
import { startAgent } from '../../../packages/masternode/test/memory-agent.ts'
import { alwaysDial } from '../../../packages/masternode/test/memory-device.ts'

const TOKEN = 'a-token-of-a-test'

/** Opens the network; it ends with the test. */
export async function openServedNetwork(folder: string): Promise<void> {
  const { read } = makeCertificates(folder)
  const [identity, device] = await Promise.all([
    createTlsIdentity(createTlsKey()),
    createTlsIdentity(createTlsKey()),
  ])
  const masternode = await openMasternode({
    identity: 'masternode-1',
    openApi: createEmbeddedApi({
      folder: join(folder, 'kubernetes'),
      host: '127.0.0.1',
      port: 0,
      tls: { key: read('server.key'), cert: read('server.crt') },
      readToken: (token) =>
        token === TOKEN ? { name: 'somebody', groups: [ADMINISTRATORS] } : undefined,
    }),
    devices: {
      registry: { find: async () => ({ name: 'device-1', standing, idle: undefined }) },
      identity,
      host: '127.0.0.1',
      port: 0,
      onRefused: () => {},
    },
    gateway: { host: '127.0.0.1', httpPort: 0, pool: '127.68.0.0/16', domain: 'localhost' },
    clock: systemClock,
    software: '1.0.0',
    onOwn: () => {},
    onFailure: () => {},
  })
  onTestFinished(masternode.close)
  const { keyHash } = identity
  const targets = alwaysDial([{ port: masternode.devices.port, keyHash }])
  startAgent({ name: 'device-1', identity: device, targets })
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, kubeconfigOf(masternode.kubernetesPort ?? 0, read('ca.crt'), TOKEN))
  writeFileSync(join(folder, 'endpoints.json'), JSON.stringify({ kubeconfig }))
}

const standing = {
  owner: 'somebody',
  isp: '',
  area: '',
  region: 'local',
  tier: '',
  priceMicroUsdPerHour: 1n,
  latencyMs: 1,
  riskBps: 0,
}
