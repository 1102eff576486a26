import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

import type { Ec2Lab } from './ec2-lab.ts'
import { openTenant, readPayer } from './ec2-tenant.ts'

/** Where keys of accounts are had that nobody has used. */
export type Tenants = { readonly url: string; readonly close: () => Promise<void> }

/** One address gets a key a second, and some at once: whoever runs a case takes longer than this with it. */
const PACE_MS = 700

/** Answers each request with the key of a new account's root, as JSON; one wallet pays for all of them. */
export async function serveTenants(lab: Ec2Lab): Promise<Tenants> {
  const payer = await readPayer(lab.data)
  let opened = 0
  const server = createServer((_, response) => {
    opened += 1
    const namespace = `tenant-${opened}`
    wait(PACE_MS)
      .then(() => openTenant(lab, { namespace, payer }))
      .then(
        (key) => response.end(JSON.stringify(key)),
        (failure: unknown) => response.writeHead(500).end(String(failure)),
      )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
