/** A gateway in front of an instance whose device is at the other end of a link in memory. */

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { duplexPair } from 'node:stream'

import { createManualClock, type ManualClock } from '@nexqloud/kernel'
import {
  createTargetDialer,
  createWindowBudget,
  Mux,
  muxLimitsByDefault,
  type MuxOptions,
} from '@nexqloud/tunnel'

import {
  createBackend,
  openGateway,
  type Backend,
  type Gateway,
  type GatewayFailure,
  type GatewayLimits,
  type GatewayParts,
  type Route,
  type RoutePort,
} from '../src/index.ts'

/** The device of an instance: a container that the test serves, and the link to it. */
export type Device = {
  readonly backend: Backend
  readonly container: Server
  /** Streams that are open to it. */
  readonly streamCount: () => number
  /** The device dies, and the link with it. */
  readonly die: () => void
}

/** What a test sees. */
export type Scene = {
  readonly gateway: Gateway
  readonly clock: ManualClock
  readonly failures: readonly GatewayFailure[]
  readonly route: Route
  /** The first port of the route. */
  readonly port: number
  readonly startDevice: (serve: (socket: Socket) => void) => Promise<Device>
  /** Starts a device that has the instance. */
  readonly serve: (serve: (socket: Socket) => void) => Promise<Device>
  /** Connects to the instance's address, from another one of this machine where it is given. */
  readonly visit: (port?: number, localAddress?: string) => Socket
}

/** What a scene is made of; a route is served from the beginning. */
export type SceneOptions = {
  readonly limits?: Partial<GatewayLimits>
  readonly protocol?: RoutePort['protocol']
  readonly onSsh?: GatewayParts['onSsh']
  readonly hostnames?: readonly string[]
}

/** Runs an action in a scene, and leaves nothing of it behind. */
export async function withScene(
  { limits = {}, protocol = 'tcp', hostnames = [], onSsh }: SceneOptions,
  action: (scene: Scene) => Promise<void>,
): Promise<void> {
  const clock = createManualClock()
  const failures: GatewayFailure[] = []
  const closers: (() => void)[] = []
  const gateway = await openGateway({
    host: '127.0.0.1',
    httpPort: 0,
    clock,
    limits,
    ...(onSsh && { onSsh }),
    onFailure: (failure) => failures.push(failure),
  })
  const port = await findFreePort()
  const route: Route = {
    id: 'default/web',
    address: '127.0.0.1',
    hostnames,
    ports: [{ port, protocol }],
  }
  const startDevice: Scene['startDevice'] = async (serve) => {
    const device = await openDevice(serve)
    closers.push(() => {
      device.die()
      device.container.close()
    })
    return device
  }
  const visit: Scene['visit'] = (to = port, localAddress = '127.0.0.1') => {
    const socket = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true, localAddress })
    closers.push(() => socket.destroy())
    return socket.on('error', () => {})
  }
  gateway.publish(route)
  await settle()
  try {
    await action({
      gateway,
      clock,
      failures,
      route,
      port,
      startDevice,
      visit,
      serve: async (serve) => {
        const device = await startDevice(serve)
        gateway.attach(route.id, [device.backend])
        return device
      },
    })
  } finally {
    for (const close of closers) close()
    const closed = gateway.close()
    await clock.pass(10_000)
    await closed
  }
}

async function openDevice(serve: (socket: Socket) => void): Promise<Device> {
  const sockets = new Set<Socket>()
  const container = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on('error', () => {}))
    serve(socket)
  })
  container.listen(0, '127.0.0.1')
  await once(container, 'listening')
  const { port } = container.address() as AddressInfo
  const dialTarget = createTargetDialer({ timeoutMs: 5000 })
  const [near, far] = duplexPair()
  const device = new Mux(far, {
    ...muxParts('dialer'),
    accept: (stream) => dialTarget(stream, { host: '127.0.0.1', port }),
  })
  const mux = new Mux(near, {
    ...muxParts('listener'),
    accept: (stream) => {
      throw new Error(`The device opened stream ${stream.id}.`)
    },
  })
  return {
    backend: createBackend(mux, (to) => Buffer.from(String(to))),
    container,
    streamCount: () => mux.streamCount,
    die: () => {
      device.close('connectError', 'The device lost its power.')
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** What a link of a test stands on. */
export function muxParts(role: MuxOptions['role']): Omit<MuxOptions, 'accept'> {
  return {
    role,
    limits: muxLimitsByDefault,
    budget: createWindowBudget(),
    clock: { steadyMs: () => performance.now() },
    onGoAway: () => {},
    onPong: () => {},
    onClose: () => {},
  }
}

/** Returns a port that nobody listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Lets what needs no time, or the network of this machine, happen. */
export async function settle(turns = 30): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate)
}

/** Returns everything that a socket gives until its end. */
export async function readAll(socket: Socket): Promise<string> {
  return Buffer.concat((await socket.toArray()) as Buffer[]).toString('latin1')
}

/** Waits until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await settle(1)
}
