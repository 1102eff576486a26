import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

import { systemClock } from '@nexqloud/kernel'
import {
  createTlsIdentity,
  createTlsKey,
  createWindowBudget,
  keepAliveByDefault,
  listenForLinks,
  listenLimitsByDefault,
  muxLimitsByDefault,
  spliceSocket,
} from '@nexqloud/tunnel'

/**
 * A gateway that leads every connection to the device that has dialled, `node serve-gateway.ts`, as a process of its own,
 * until its parent leaves. It tells its parent where it listens.
 */
const identity = await createTlsIdentity(createTlsKey())
const listener = await listenForLinks({
  host: '127.0.0.1',
  port: 0,
  identity,
  listen: listenLimitsByDefault,
  limits: muxLimitsByDefault,
  budget: createWindowBudget(),
  clock: systemClock,
  keepAlive: keepAliveByDefault,
  refuse: async () => undefined,
  onRefused: ({ error }) => {
    throw error
  },
  use: () => ({
    accept: (stream) => {
      throw new Error(`The device opened stream ${stream.id}.`)
    },
  }),
})
const door = createServer(
  { allowHalfOpen: true, pauseOnConnect: true, noDelay: true },
  (socket) => {
    const [link] = listener.links()
    if (link === undefined) return socket.destroy()
    link.mux.open({ target: Buffer.alloc(0) }, (stream) => spliceSocket(stream, socket))
    socket.resume()
    return undefined
  },
)
door.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
await once(door, 'listening')
process.on('disconnect', () => process.exit())
const { port } = door.address() as AddressInfo
process.send?.({ port, linkPort: listener.port, keyHash: identity.keyHash })
