import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createTargetDialer, type DialTarget } from '@nexqloud/tunnel'

import { DIAL_MS } from '../device/uplink.ts'

const PAGE = 'This instance is imitated by the engine "memory": nothing of its image runs.\n'

/** Opens what answers visitors of imitated containers, whatever port they ask for: nobody reaches a port of this machine. */
export async function answerVisitors(): Promise<{
  readonly dialTarget: DialTarget
  readonly close: () => Promise<void>
}> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain')
    response.end(PAGE)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const dial = createTargetDialer({ timeoutMs: DIAL_MS })
  return {
    dialTarget: (stream) => dial(stream, { host: '127.0.0.1', port }),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
