import { EC2 } from '@aws-sdk/client-ec2'

import { openEc2Server } from '../../src/door/http-server.ts'
import type { Ec2 } from '../../src/door/open-ec2.ts'

/** AWS's own client before an API, in one region or more. */
export type Door = {
  readonly clientIn: (region: string) => EC2
  /** Closes the API, too. */
  readonly close: () => Promise<void>
}

/** Opens a port of this machine before an API. */
export async function openDoor(ec2: Ec2): Promise<Door> {
  const server = await openEc2Server(ec2.answer, { host: '127.0.0.1', port: 0 })
  const endpoint = `http://127.0.0.1:${server.port}`
  const credentials = { accessKeyId: 'FOOBARKEY', secretAccessKey: 'FOOBARSECRET' }
  const clients = new Map<string, EC2>()
  return {
    clientIn: (region) => {
      const client =
        clients.get(region) ?? new EC2({ region, endpoint, credentials, maxAttempts: 1 })
      clients.set(region, client)
      return client
    },
    close: async () => {
      for (const client of clients.values()) client.destroy()
      await server.close()
      await ec2.close()
    },
  }
}
