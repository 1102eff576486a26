import { once } from 'node:events'
import type { Socket } from 'node:net'

import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import { written } from '../test/memory-shell.ts'
import { createUserKey, exec, of, openScene, run } from '../test/scene.ts'

/** As if they came from many addresses, over some time. */
const atAnyPace = {
  handshakesPerAddress: { burst: 2000, perSecond: 1 },
  handshakes: { burst: 2000, perSecond: 1 },
}

const closed = (socket: Socket) => once(socket.resume(), 'close')

test('who does not log in within two minutes is told to go', async () => {
  const scene = await openScene()
  const socket = await scene.dial()
  await once(socket, 'data')
  await scene.clock.pass(119_500)
  expect(scene.hall.counts().arriving).toBe(1)
  await Promise.all([closed(socket), scene.clock.pass(500)])
  expect(scene.hall.counts().arriving).toBe(0)
})

test.each([
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
] as const)('keys are exchanged by %s', async (name) => {
  const { login } = await openScene()
  expect((await run(await login({ algorithms: { kex: [name] } }), 'echo hello')).code).toBe(0)
})

test.each([
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
] as const)(
  'no keys are exchanged by %s, which costs too much before anybody is known',
  async (name) => {
    const { login } = await openScene()
    await expect(login({ algorithms: { kex: [name] } })).rejects.toThrow('no matching key exchange')
  },
)

test('six keys may be tried, and no more', async () => {
  const { login, attempts, key } = await openScene()
  const keys = Array.from({ length: 6 }, () => of(createUserKey()).privateKey ?? '')
  const tried = (all: readonly (string | Buffer)[]) => {
    const rest = [...all]
    return login({
      privateKey: '',
      authHandler: (_left, _partial, next) => {
        const offered = rest.shift()
        if (offered === undefined) return false
        return next({ type: 'publickey', username: 'root', key: offered })
      },
    })
  }
  expect(await run(await tried([...keys.slice(1), key.private]), 'echo hello')).toMatchObject({
    code: 0,
  })
  expect(attempts).toHaveLength(6)
  await expect(tried([...keys, key.private])).rejects.toThrow('It was closed.')
  expect(attempts).toHaveLength(12)
})

test('so many may begin to log in from an address, and who comes too fast is not spoken to', async () => {
  const scene = await openScene()
  const answered = async () => {
    const sockets = await Promise.all(Array.from({ length: 40 }, scene.dial))
    const first = await Promise.all(
      sockets.map((socket) => once(socket, 'readable').then(() => socket.read())),
    )
    return first.filter((bytes) => bytes !== null).length
  }
  expect(await answered()).toBe(30)
  expect(scene.hall.counts().arriving).toBe(30)
  await scene.clock.pass(1000)
  expect((await run(await scene.login(), 'echo hello')).code).toBe(0)
})

test('a thousand who only hold their places keep nobody out', async () => {
  const scene = await openScene({ limits: atAnyPace })
  await Promise.all(Array.from({ length: 1000 }, scene.dial))
  expect(scene.hall.counts().arriving).toBe(100)
  expect((await run(await scene.login(), 'echo hello')).code).toBe(0)
  expect(scene.hall.counts()).toMatchObject({ inside: 1 })
})

test('of those who are in there are so many, and no address has all of their places', async () => {
  const { login, hall, clock } = await openScene({ limits: { connectionsPerInstance: 6 } })
  const client = await login()
  await login()
  const third = await login()
  await Promise.all([once(third, 'close'), clock.pass(5500)])
  expect(hall.counts().inside).toBe(2)
  client.end()
  await once(client, 'close')
})

test('who has no channel for ten minutes is told to go', async () => {
  const { login, clock } = await openScene()
  const client = await login()
  await run(client, 'echo hello')
  await clock.pass(599_500)
  expect((await run(client, 'echo hello')).code).toBe(0)
  await Promise.all([once(client, 'close'), clock.pass(605_500)])
})

test('a session in which nothing is said for long ends', async () => {
  const { login, clock } = await openScene({ limits: { silentMs: 60_000 } })
  const client = await login()
  const channel = await exec(client, 'cat')
  await clock.pass(59_000)
  channel.write('still here')
  await once(channel, 'data')
  await clock.pass(59_000)
  channel.end()
  expect((await once(channel, 'close'))[0]).toBe(0)
  const silent = await exec(client, 'cat')
  await Promise.all([once(silent.resume(), 'close'), clock.pass(66_000)])
})

test('a client that does not read has the process wait', async () => {
  const windowBytes = 2 << 20
  const pieceBytes = 65_536
  let taken = 0
  const { login } = await openScene({
    container: {
      programs: {
        flood: async ({ stdout, signal }) => {
          const bytes = Buffer.alloc(pieceBytes)
          // One that never waited would let nothing else happen.
          while (!signal.aborted && taken < 16 * windowBytes) {
            await written(stdout, bytes).catch(() => {})
            taken += bytes.length
          }
          return 0
        },
      },
    },
  })
  const channel = await exec(await login(), 'flood')
  await once(channel, 'readable')
  await standsStill(() => taken)
  // The client's window, and what its end of the channel has read ahead.
  const { readableHighWaterMark } = channel
  expect(taken).toBeGreaterThanOrEqual(pieceBytes)
  expect(taken).toBeLessThanOrEqual(windowBytes + readableHighWaterMark + pieceBytes)
})

test('who begins with anything else is let go of, and others do not notice', async () => {
  const scene = await openScene({ limits: { ...atAnyPace, loginsPerInstance: 1000 } })
  const client = await scene.login()
  await fc.assert(
    fc.asyncProperty(beginning(), async (bytes) => {
      const socket = await scene.dial()
      socket.end(bytes)
      await closed(socket)
    }),
    { numRuns: 200 },
  )
  expect((await run(client, 'echo hello')).code).toBe(0)
  // A client's end is closed a moment before the hall has heard of it.
  await vi.waitFor(() =>
    expect(scene.hall.counts()).toEqual({ arriving: 0, inside: 1, heldBytes: 0 }),
  )
})

/** Anything, or what looks like SSH for a while. */
function beginning(): fc.Arbitrary<Buffer> {
  const bytes = fc.uint8Array({ maxLength: 2000 }).map((array) => Buffer.from(array))
  const greeting = fc.constantFrom(
    'SSH-2.0-x\r\n',
    'SSH-1.5-x\r\n',
    'GET / HTTP/1.1\r\n',
    '\0'.repeat(300),
  )
  const packet = fc.tuple(fc.nat(0xffff), bytes).map(([length, rest]) => {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(length)
    return Buffer.concat([head, rest])
  })
  return fc
    .tuple(fc.option(greeting, { nil: '' }), fc.oneof(bytes, packet))
    .map(([first, rest]) => Buffer.concat([Buffer.from(first), rest]))
}

/** Resolves once a number has been the same for many turns. */
async function standsStill(read: () => number): Promise<void> {
  let [before, same] = [read(), 0]
  while (same < 200) {
    await new Promise((resolve) => setImmediate(resolve))
    const now = read()
    same = now === before ? same + 1 : 0
    before = now
  }
}
