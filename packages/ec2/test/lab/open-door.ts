import { EC2 } from '@aws-sdk/client-ec2'

import { openEc2Server } from '../../src/door/http-server.ts'
import type { Ec2 } from '../../src/door/open-ec2.ts'

/** Opens a port before an API, and AWS's own client before that; closing it closes the API. */
export async function openDoor(ec2: Ec2, region = 'us-east-1') {
  const server = await openEc2Server(ec2.answer, { host: '127.0.0.1', port: 0 })
  const client = new EC2({
    region,
    endpoint: `http://127.0.0.1:${server.port}`,
    credentials: { accessKeyId: 'FOOBARKEY', secretAccessKey: 'FOOBARSECRET' },
    maxAttempts: 1,
  })
  return {
    client,
    close: async (): Promise<void> => {
      client.destroy()
      await server.close()
      await ec2.close()
    },
  }
}
