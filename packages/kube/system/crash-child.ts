import { join } from 'node:path'

import { createInProcessTransport } from '../src/client/in-process-transport.ts'
import { kinds } from '../src/client/kind.ts'
import { createKubeClient } from '../src/client/kube-client.ts'
import { openApiServer } from '../src/server/api-server.ts'
import { ADMINISTRATORS } from '../src/server/user.ts'
import { openLevelDisk } from '../src/store/level-disk.ts'
import { openObjectStore } from '../src/store/object-store.ts'

/** Writes without end, many at once, and prints each write once it is acknowledged: name, version, value. */
const store = await openObjectStore(await openLevelDisk(join(process.argv[2] ?? '', 'store')))
const server = await openApiServer({ store })
const admin = { name: 'admin', groups: [ADMINISTRATORS] }
const client = createKubeClient(createInProcessTransport(server, admin))
const round = process.argv[3] ?? '0'

async function writeOn(writer: number): Promise<never> {
  const name = { namespace: 'default', name: `w-${round}-${writer}` }
  await client.create(kinds.configMaps, name, { metadata: { name: name.name }, data: { n: '0' } })
  for (let count = 1; ; count += 1) {
    const patch = { type: 'merge', body: { data: { n: String(count) } } } as const
    const { metadata } = await client.patch(kinds.configMaps, name, patch)
    process.stdout.write(`${name.name} ${metadata?.resourceVersion} ${count}\n`)
  }
}

await Promise.all(Array.from({ length: 20 }, (_, writer) => writeOn(writer)))
