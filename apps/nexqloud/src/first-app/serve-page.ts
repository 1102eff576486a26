/** The first app: what runs in its container. It stands alone, since nothing else is in the image. */

import { createServer } from 'node:http'
import { hostname } from 'node:os'

const startedMs = Date.now()
let requests = 0

const server = createServer((request, response) => {
  requests += 1
  const seconds = Math.round((Date.now() - startedMs) / 1000)
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  response.end(
    `Hello from NexQloud.\n\n${request.headers.host ?? 'This instance'} is answered by container ${hostname()}, ` +
      `which has run for ${seconds} s and has answered ${requests} requests.\n`,
  )
})
server.listen(80)
process.stdout.write('Listening on port 80.\n')
// As process 1 of its container it is ended by no signal that it does not listen to.
process.once('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeAllConnections()
})
