/** Many devices, each with an agent and a link of its own, in one process that a test may kill. */

import { readFileSync } from 'node:fs'

import { createTlsIdentity, parseTlsKeyHash } from '@nexqloud/tunnel'
import { z } from 'zod'

import { alwaysDial, startMemoryDevice } from '../../test/memory-device.ts'

/** What the test tells it, in a file of JSON. */
const { masternode, devices } = z
  .object({
    masternode: z.object({ port: z.int(), keyHash: z.string().transform(parseTlsKeyHash) }),
    devices: z.array(z.object({ name: z.string(), keyPem: z.string() })),
  })
  .parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))

for (const { name, keyPem } of devices) {
  startMemoryDevice({
    name,
    identity: await createTlsIdentity(keyPem),
    targets: alwaysDial([masternode]),
  })
}
process.once('disconnect', () => process.exit())
process.send?.('started')
