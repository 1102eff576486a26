import { once } from 'node:events'
import { createServer, get, Agent } from 'node:http'
import { connect, type AddressInfo } from 'node:net'

import { systemClock } from '@nexqloud/kernel'
import {
  createTargetDialer,
  createTlsIdentity,
  createTlsKey,
  createWindowBudget,
  dialLink,
  keepAliveByDefault,
  listenForLinks,
  listenLimitsByDefault,
  muxLimitsByDefault,
  type Link,
  type LinkListener,
  type LinkParts,
  type TlsIdentity,
} from '@nexqloud/tunnel'
import { expect, test } from 'vitest'

import { openDelayRelay } from '../../tunnel/test/delay-relay.ts'
import {
  createBackend,
  nextAddress,
  openGateway,
  type Backend,
  type Gateway,
} from '../src/index.ts'

const ROUND_TRIP_MS = 40
const FILE_BYTES = 5_000_000
const ID = 'default/web'

/** An address of loopback that needs no setting up is Linux's alone. */
const isLinux = process.platform === 'linux'
const address = isLinux
  ? nextAddress('127.66.0.0/16', { name: `${ID}${process.pid}`, isTaken: () => false })
  : '127.0.0.1'
const [HTTP_PORT, TCP_PORT] = [18_080, 18_022]

test('requests pass files over a line of 40 ms, and are answered right', async () => {
  await withDistantInstance(async ({ ask }) => {
    const files = Array.from({ length: 8 }, () => ask('/file'))
    const tookMs: number[] = []
    for (let turn = 0; turn < 20; turn += 1) {
      const startedMs = performance.now()
      expect(await ask('/small')).toBe(5)
      tookMs.push(performance.now() - startedMs)
    }
    expect(await Promise.all(files)).toEqual(Array(8).fill(FILE_BYTES))
    expect(tookMs.toSorted((a, b) => a - b)[10]).toBeLessThan(1000)
  })
})

test('a raw connection passes a file at the address of its instance', async () => {
  await withDistantInstance(async () => {
    const visitor = connect({ port: TCP_PORT, host: address })
    visitor.write('GET /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    let bytes = 0
    for await (const piece of visitor) bytes += (piece as Buffer).length
    expect(bytes).toBeGreaterThan(FILE_BYTES)
  })
})

test('a hundred clients that stall leave the others be, and get everything in the end', async () => {
  await withDistantInstance(async ({ ask }) => {
    const stalled = Array.from({ length: 100 }, () => {
      const visitor = connect({ port: HTTP_PORT, host: address })
      visitor.pause()
      visitor.write('GET /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
      return visitor
    })
    for (let turn = 0; turn < 20; turn += 1) expect(await ask('/small')).toBe(5)
    await Promise.all(
      stalled.map(async (visitor) => {
        let bytes = 0
        for await (const piece of visitor) bytes += (piece as Buffer).length
        expect(bytes).toBeGreaterThan(FILE_BYTES)
      }),
    )
  })
})

test('a device dies with requests on their way; they are answered from the next one', async () => {
  await withDistantInstance(async ({ ask, gateway, links, dial }) => {
    const asked = Array.from({ length: 20 }, () => ask('/slow'))
    while (gateway.counters.requestsTotal < 20) await pause(5)
    await pause(ROUND_TRIP_MS)
    gateway.attach(ID, [])
    for (const link of links) await link.close(0)
    await dial()
    expect(await Promise.all(asked)).toEqual(Array(20).fill(4))
    expect(gateway.counters).toMatchObject({ retriesTotal: 20, failuresTotal: 0 })
  })
})

type Scene = {
  readonly gateway: Gateway
  /** Asks for a path by HTTP; returns the length of the body. */
  readonly ask: (path: string) => Promise<number>
  /** The devices' ends. */
  readonly links: readonly Link[]
  /** Dials as another device, which has the instance from then on. */
  readonly dial: () => Promise<void>
}

/** A gateway, and an instance on a device that is a round trip of 40 ms away. */
async function withDistantInstance(action: (scene: Scene) => Promise<void>): Promise<void> {
  const closers: (() => Promise<unknown> | void)[] = []
  const container = await startContainer()
  closers.unshift(container.close)
  const gateway = await openGateway({
    host: '127.0.0.1',
    httpPort: 0,
    clock: systemClock,
    limits: { drainMs: 100 },
    onFailure: ({ error }) => {
      throw error
    },
  })
  gateway.publish({
    id: ID,
    address,
    hostnames: [],
    ports: [
      { port: HTTP_PORT, protocol: 'http' },
      { port: TCP_PORT, protocol: 'tcp' },
    ],
  })
  closers.unshift(gateway.close)
  const budget = createWindowBudget()
  const masternode = await createTlsIdentity(createTlsKey())
  const listener = await listen(masternode, budget, (backend) => gateway.attach(ID, [backend]))
  closers.unshift(() => listener.close(0))
  const relay = await openDelayRelay(listener.port, { oneWayMs: ROUND_TRIP_MS / 2 })
  closers.unshift(relay.close)
  const links: Link[] = []
  const dial = async (): Promise<void> => {
    const link = await dialAsDevice(relay.port, masternode, container.port)
    links.push(link)
    closers.unshift(() => link.close(0))
  }
  const agent = new Agent({ keepAlive: true })
  closers.unshift(() => agent.destroy())
  try {
    await dial()
    await action({
      gateway,
      links,
      dial,
      ask: async (path) => {
        const request = get({ host: address, port: HTTP_PORT, path, agent })
        const [answer] = await once(request, 'response')
        let bytes = 0
        for await (const piece of answer) bytes += (piece as Buffer).length
        return bytes
      },
    })
  } finally {
    for (const close of closers) await close()
  }
}

async function startContainer(): Promise<{ readonly port: number; readonly close: () => void }> {
  const file = Buffer.alloc(FILE_BYTES, 'x')
  const server = createServer((request, response) => {
    if (request.url === '/file') response.end(file)
    else if (request.url === '/slow') setTimeout(() => response.end('slow'), 200)
    else response.end('small')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function listen(
  identity: TlsIdentity,
  budget: LinkParts['budget'],
  onDevice: (backend: Backend) => void,
): Promise<LinkListener> {
  return listenForLinks({
    ...linkParts(budget),
    host: '127.0.0.1',
    port: 0,
    identity,
    listen: listenLimitsByDefault,
    refuse: async () => undefined,
    onRefused: () => {},
    use: ({ mux }) => {
      onDevice(createBackend(mux, (port) => Buffer.from(String(port))))
      return {
        accept: (stream) => {
          throw new Error(`The device opened stream ${stream.id}.`)
        },
      }
    },
  })
}

async function dialAsDevice(
  port: number,
  masternode: TlsIdentity,
  containerPort: number,
): Promise<Link> {
  const dialTarget = createTargetDialer({ timeoutMs: 5000 })
  return dialLink(
    { host: '127.0.0.1', port, keyHash: masternode.keyHash },
    {
      ...linkParts(createWindowBudget()),
      identity: await createTlsIdentity(createTlsKey()),
      timeoutMs: 5000,
      use: () => ({
        accept: (stream) => dialTarget(stream, { host: '127.0.0.1', port: containerPort }),
      }),
    },
    new AbortController().signal,
  )
}

function linkParts(budget: LinkParts['budget']): Omit<LinkParts, 'use'> {
  return {
    limits: muxLimitsByDefault,
    budget,
    clock: systemClock,
    keepAlive: { ...keepAliveByDefault, deadMs: 60_000 },
  }
}

function pause(ms: number): Promise<void> {
  return systemClock.delay(ms, new AbortController().signal)
}
