/** A masternode over the embedded API on a disk, as a process of its own, for a test that wants to know what it costs. */

import { readFileSync } from 'node:fs'

import { systemClock } from '@nexqloud/kernel'
import { ADMINISTRATORS } from '@nexqloud/kube'
import { createTlsIdentity, createTlsKey } from '@nexqloud/tunnel'
import { z } from 'zod'

import { createEmbeddedApi } from '../../src/api/embedded-api.ts'
import { openMasternode } from '../../src/masternode.ts'
import { standingOf } from '../../test/network.ts'

/** What the test tells it, in a file of JSON. */
const { folder, token, devices } = z
  .object({
    folder: z.string(),
    /** By which the test is known to the API. */
    token: z.string(),
    /** What the network knows, by TLS key hash. */
    devices: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))

const identity = await createTlsIdentity(createTlsKey(), ['127.0.0.1'])
const masternode = await openMasternode({
  identity: 'masternode-1',
  openApi: createEmbeddedApi({
    folder,
    host: '127.0.0.1',
    port: 0,
    tls: { key: identity.keyPem, cert: identity.certificatePem },
    readToken: (told) => (told === token ? { name: 'test', groups: [ADMINISTRATORS] } : undefined),
  }),
  devices: {
    registry: {
      find: async (keyHash) => {
        const name = devices[keyHash]
        return name === undefined
          ? undefined
          : { name, standing: standingOf(name), idle: undefined }
      },
    },
    identity,
    host: '127.0.0.1',
    port: 0,
    onRefused: ({ error }) => process.stderr.write(`refused: ${String(error)}\n`),
  },
  gateway: { host: '127.0.0.1', httpPort: 0, pool: '127.71.0.0/16', domain: 'test' },
  clock: systemClock,
  software: '1.0.0',
  onOwn: () => {},
  onFailure: (failure, part) => process.stderr.write(`${part}: ${String(failure)}\n`),
})
process.once('disconnect', () => process.exit())
process.send?.({
  devices: masternode.devices.port,
  kubernetes: masternode.kubernetesPort,
  keyHash: identity.keyHash,
  certificatePem: identity.certificatePem,
})
