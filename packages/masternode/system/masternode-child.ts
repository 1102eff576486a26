/** A masternode on a real Kubernetes, as a process of its own, which a test may kill. */

import { readFileSync } from 'node:fs'

import { parseMasternodeId, systemClock } from '@nexqloud/kernel'
import { createCalendar } from '@nexqloud/rules'
import { openFileShelf } from '@nexqloud/store'
import { createTlsIdentity } from '@nexqloud/tunnel'
import { z } from 'zod'

import { createKubeconfigApi } from '../src/api/kubeconfig-api.ts'
import { openMasternode } from '../src/masternode.ts'
import { standingOf } from '../test/network.ts'

/** What the test tells it, in a file of JSON. */
const { name, number, keyPem, host, port, pool, kubeconfig, kubelet, devices, witnessFolder } = z
  .object({
    name: z.string(),
    number: z.int(),
    keyPem: z.string(),
    /** Where devices dial. */
    host: z.string(),
    port: z.int(),
    pool: z.string(),
    witnessFolder: z.string(),
    kubeconfig: z.string(),
    kubelet: z.object({ key: z.string(), cert: z.string(), ca: z.string() }),
    /** What the network knows, by TLS key hash. */
    devices: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))

const calendar = createCalendar({ genesisTime: 0, periodSeconds: 60 })
const masternode = await openMasternode({
  identity: name,
  openApi: createKubeconfigApi({
    kubeconfig,
    kubelet: {
      host: '127.0.0.1',
      port: 0,
      address: '127.0.0.1',
      tls: kubelet,
      isApiServer: (user) => user.name === 'apiserver',
    },
  }),
  devices: {
    registry: {
      find: async (keyHash) => {
        const device = devices[keyHash]
        if (device === undefined) return undefined
        return { name: device, standing: standingOf(device), idle: undefined }
      },
    },
    identity: await createTlsIdentity(keyPem),
    host,
    port,
    onRefused: () => {},
  },
  gateway: { host: '127.0.0.1', httpPort: 0, pool, domain: 'test' },
  record: {
    masternode: parseMasternodeId(number),
    calendar,
    shelf: await openFileShelf({ folder: witnessFolder, calendar }),
    openStore: () => Promise.reject(new Error('There is no database.')),
    onSealed: () => {},
    onBack: () => {},
  },
  clock: systemClock,
  software: '0.1.0',
  onOwn: ({ cause, message }) => process.stderr.write(`${name} ${cause}: ${message}\n`),
  onFailure: (failure, part) => process.stderr.write(`${name} ${part}: ${String(failure)}\n`),
})
process.once('SIGTERM', () => void masternode.close())
process.once('disconnect', () => process.exit())
