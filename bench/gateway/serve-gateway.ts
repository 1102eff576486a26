import { createBackend, openGateway } from '@nexqloud/gateway'
import { systemClock } from '@nexqloud/kernel'
import {
  createTlsIdentity,
  createTlsKey,
  createWindowBudget,
  keepAliveByDefault,
  listenForLinks,
  listenLimitsByDefault,
  muxLimitsByDefault,
} from '@nexqloud/tunnel'

import { findFreePort } from './nginx.ts'

/**
 * A gateway that leads every connection (tcp) or request (http) to the device that has dialled, `node serve-gateway.ts PROTOCOL`,
 * as a process of its own, until its parent leaves. It tells its parent where it listens.
 */
const protocol = process.argv[2] === 'http' ? 'http' : 'tcp'
const port = await findFreePort()
const gateway = await openGateway({
  host: '127.0.0.1',
  httpPort: 0,
  clock: systemClock,
  onFailure: ({ error }) => {
    throw error
  },
})
const route = { id: 'bench/origin', address: '127.0.0.1', hostnames: [] }
gateway.publish({ ...route, ports: [{ port, protocol }] })
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
  use: ({ mux }) => {
    gateway.attach(route.id, [createBackend(mux, () => Buffer.alloc(0))])
    return {
      accept: (stream) => {
        throw new Error(`The device opened stream ${stream.id}.`)
      },
    }
  },
})
process.on('disconnect', () => process.exit())
process.send?.({ port, linkPort: listener.port, keyHash: identity.keyHash })
