import type { Socket } from 'node:net'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { GET, LAST, OK, withHttp, type HttpScene } from '../../test/http-scene.ts'
import { readAll, settle, type Device } from '../../test/scene.ts'

/** What clients do, whatever the order. */
const clientBytes = [
  GET,
  LAST,
  GET.slice(0, 20),
  GET + GET,
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhi',
  'GET / HTTP/1.0\r\n\r\n',
  '\0',
]

/** What an instance answers, whatever it was asked. */
const answers = [
  OK,
  OK + OK,
  OK.slice(0, 30),
  OK.slice(0, -1),
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nhi',
  'HTTP/1.1 200 OK\r\n\r\nuntil the end',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  `HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n${'x'.repeat(300_000)}`,
  'SSH-2.0-none\r\n',
]

type Step =
  | { readonly kind: 'send'; readonly who: number; readonly bytes: string }
  | { readonly kind: 'answer'; readonly who: number; readonly bytes: string }
  | { readonly kind: 'end' | 'reset' | 'pause' | 'close'; readonly who: number }
  | { readonly kind: 'move' | 'lose' | 'die' | 'pass' }

const who = fc.nat(3)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      who,
      bytes: fc.constantFrom(...clientBytes),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      who,
      bytes: fc.constantFrom(...answers),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('end', 'reset', 'pause', 'close'), who }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('move', 'lose', 'die', 'pass') }) },
)

test('whatever clients, instance and devices do, nothing of it is left, and the next request is answered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25, size: 'max' }), (steps) =>
      withHttp(
        async (scene) => {
          const chaos = new Chaos(scene)
          await chaos.move()
          for (const each of steps) {
            await chaos.perform(each)
            await settle(3)
          }
          expect(await chaos.end()).toEqual({ connections: 0, waiting: 0, streams: 0 })
          const device = await scene.serve((socket) => socket.on('data', () => socket.write(OK)))
          expect(await scene.ask(LAST)).toContain('\r\n\r\nok')
          await scene.clock.pass(5000)
          expect(device.streamCount()).toBe(0)
        },
        { visitsPerInstance: 8, waiters: 8 },
      ),
    ),
    { numRuns: 100 },
  )
})

/** Performs steps in a scene. */
class Chaos {
  readonly #scene: HttpScene
  readonly #clients = new Map<number, Socket>()
  readonly #containers: Socket[] = []
  readonly #devices: Device[] = []

  constructor(scene: HttpScene) {
    this.#scene = scene
  }

  async perform(each: Step): Promise<void> {
    if (each.kind === 'answer') this.#container(each.who)?.write(each.bytes)
    else if (each.kind === 'close') this.#container(each.who)?.end()
    else if ('who' in each) this.#performAsClient(each)
    else if (each.kind === 'move') await this.move()
    else if (each.kind === 'lose') this.#scene.gateway.attach(this.#scene.route.id, [])
    else if (each.kind === 'die') this.#devices.at(-1)?.die()
    else await this.#scene.clock.pass(11_000)
  }

  #performAsClient(each: Step & { readonly who: number }): void {
    const client = this.#client(each.who)
    if (each.kind === 'send') client.write(each.bytes)
    else if (each.kind === 'end') client.end()
    else if (each.kind === 'reset') client.resetAndDestroy()
    else client.pause()
  }

  /** The instance is on another device from now on. */
  async move(): Promise<void> {
    const device = await this.#scene.serve((socket) => {
      this.#containers.push(socket)
      socket.resume()
    })
    this.#devices.push(device)
  }

  /** Everybody goes; returns what is left. */
  async end(): Promise<Record<'connections' | 'waiting' | 'streams', number>> {
    for (const client of this.#clients.values()) client.destroy()
    for (const device of this.#devices) device.die()
    const { clock, gateway } = this.#scene
    await settle()
    // A client that has gone is seen once it is written to: each of its requests may wait once more.
    for (let turn = 0; turn < 50 && gateway.counters.connectionsOpen > 0; turn += 1) {
      await clock.pass(61_000)
      await settle()
    }
    const { waiting, connectionsOpen: connections } = gateway.counters
    const streams = this.#devices.reduce((sum, device) => sum + device.streamCount(), 0)
    return { connections, waiting, streams }
  }

  /** One that has gone is followed by another one. */
  #client(number: number): Socket {
    const known = this.#clients.get(number)
    if (known !== undefined && known.writable) return known
    const client = this.#scene.visit()
    readAll(client).catch(() => {})
    this.#clients.set(number, client)
    return client
  }

  #container(number: number): Socket | undefined {
    return this.#containers.filter((socket) => socket.writable).at(-1 - number)
  }
}
