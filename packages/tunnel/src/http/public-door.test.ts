import { once } from 'node:events'
import { duplexPair, PassThrough } from 'node:stream'
import { connect, type TLSSocket } from 'node:tls'

import { expect, onTestFinished, test, vi } from 'vitest'

import { ask, withLinkNetwork } from '../../test/link-network.ts'
import { createTlsIdentity, createTlsKey } from '../link/tls-identity.ts'
import { askPinned } from './ask-pinned.ts'
import { getPinned } from './get-pinned.ts'
import {
  createPublicDoor,
  type PublicPages,
  type PublicPost,
  type PublicPosts,
} from './public-door.ts'

const wanted = { path: '/files/1', mostBytes: 100 }
const never = new AbortController().signal
const pages: PublicPages = async (path) => {
  if (path === '/broken') throw new Error('A secret of ours.')
  if (path !== '/files/1') return undefined
  return { type: 'text/plain', body: Buffer.from('one'), isForEver: true }
}

test('whoever speaks HTTP reads at the port of the links, and devices have theirs', async () => {
  await withLinkNetwork({ offer: { pages } }, async ({ endpoint, dial, listener }) => {
    expect(String(await getPinned(endpoint, wanted, never))).toBe('one')
    expect(await getPinned(endpoint, { ...wanted, path: '/files/2' }, never)).toBeUndefined()
    expect(await ask(await dial(), 'hello')).toBe('hello')
    expect(listener.links()).toHaveLength(1)
  })
})

test('a connection is answered once, however much it asks', async () => {
  const asked: string[] = []
  const counted: PublicPages = (path) => {
    asked.push(path)
    return pages(path)
  }
  await withLinkNetwork({ offer: { pages: counted } }, async ({ endpoint: { host, port } }) => {
    const socket = connect({
      host,
      port,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
    })
    const closed = once(socket, 'close')
    socket.on('error', () => {}).resume()
    socket.write('GET /files/1 HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(50))
    await closed
    expect(asked).toEqual(['/files/1'])
  })
})

test('where nothing is to be read, HTTP is not spoken', async () => {
  await withLinkNetwork({}, async ({ endpoint }) => {
    await expect(getPinned(endpoint, wanted, never)).rejects.toMatchObject({
      code: 'TUNNEL_DIAL_FAILED',
    })
  })
})

test('whoever answers with another key is believed nothing', async () => {
  const other = await createTlsIdentity(createTlsKey())
  await withLinkNetwork({ offer: { pages } }, async ({ endpoint: { host, port } }) => {
    const asking = getPinned({ host, port, keyHash: other.keyHash }, wanted, never)
    await expect(asking).rejects.toMatchObject({ code: 'TUNNEL_KEY_MISMATCH' })
  })
})

test('a longer answer than was wanted, one that is late and one of a fault are none', async () => {
  await withLinkNetwork({ offer: { pages } }, async ({ endpoint }) => {
    const longer = getPinned(endpoint, { ...wanted, mostBytes: 2 }, never)
    await expect(longer).rejects.toThrow(/more than 2 bytes/)
    await expect(getPinned(endpoint, wanted, AbortSignal.abort())).rejects.toMatchObject({
      code: 'TUNNEL_DIAL_FAILED',
    })
    await expect(getPinned(endpoint, { ...wanted, path: '/broken' }, never)).rejects.toThrow(
      /it answers 503/,
    )
  })
})

test('answers that are under way have a bounded room in memory, and one address not all of it', async () => {
  const large: PublicPages = async () => {
    return { type: 'text/plain', body: Buffer.alloc(60 * 2 ** 20), isForEver: true }
  }
  await withLinkNetwork({ offer: { pages: large } }, async ({ endpoint: { host, port } }) => {
    const heads: string[] = []
    const sockets = Array.from({ length: 12 }, () => {
      const socket = connect({ host, port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
      socket.on('error', () => {})
      socket.once('secureConnect', () => socket.write('GET /files/1 HTTP/1.1\r\nhost: a\r\n\r\n'))
      // It reads the head of what it gets, and no more.
      socket.once('data', (data: Buffer) => {
        socket.pause()
        heads.push(String(data.subarray(9, 12)))
      })
      return socket
    })
    await vi.waitFor(() => expect(heads).toHaveLength(12), { timeout: 20_000 })
    expect(heads.filter((status) => status === '200').length).toBeLessThanOrEqual(3)
    for (const socket of sockets) socket.destroy()
  })
})

test('one address that reads slowly has a part of the places, and keeps no device out', async () => {
  await withLinkNetwork({ offer: { pages } }, async ({ endpoint: { host, port }, dial }) => {
    let [secure, ended] = [0, 0]
    const sockets = Array.from({ length: 100 }, () =>
      connect({ host, port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
        .on('secureConnect', () => (secure += 1))
        .on('close', () => (ended += 1))
        .on('error', () => {}),
    )
    await vi.waitFor(() => expect([secure, ended]).toEqual([100, 57]), { timeout: 20_000 })
    expect(await ask(await dial(), 'hello')).toBe('hello')
    for (const socket of sockets) socket.destroy()
  })
})

test('however many strangers keep all places, a peer that proves its key reads', async () => {
  const peer = await createTlsIdentity(createTlsKey())
  const isPeer = (keyHash: string): boolean => keyHash === peer.keyHash
  const slow: PublicPages = async (path) =>
    path === '/files/1' ? pages(path) : new Promise(() => {})
  await withLinkNetwork({ offer: { pages: slow, isPeer } }, async ({ endpoint, device }) => {
    const asking = new AbortController()
    const path = '/files/2'
    // All look-ups of the strangers' door wait, and so does whoever comes after them.
    const strangers = Array.from({ length: 40 }, (_, at) => {
      const identity = at % 2 === 0 ? device : undefined
      return getPinned(endpoint, { ...wanted, path, identity }, asking.signal).catch(() => 'none')
    })
    expect(String(await getPinned(endpoint, { ...wanted, identity: peer }, never))).toBe('one')
    const stranger = getPinned(endpoint, wanted, asking.signal).catch(() => 'none')
    expect(String(await getPinned(endpoint, { ...wanted, identity: peer }, never))).toBe('one')
    asking.abort()
    expect(await Promise.all([...strangers, stranger])).toEqual(Array(41).fill('none'))
  })
})

test('what is brought is taken with who brought it, and answered in JSON', async () => {
  const brought: PublicPost[] = []
  const posts: PublicPosts = async (post) => {
    if (post.path !== '/relay') return undefined
    brought.push(post)
    return { status: 429, body: Buffer.from('{"is":"enough"}'), retryAfterSeconds: 7 }
  }
  await withLinkNetwork({ offer: { posts } }, async ({ endpoint }) => {
    const question = { path: '/relay', body: Buffer.from('{}'), mostBytes: 100 }
    expect(await askPinned(endpoint, question, never)).toEqual({
      status: 429,
      body: Buffer.from('{"is":"enough"}'),
      retryAfterSeconds: 7,
    })
    expect(brought).toEqual([{ path: '/relay', body: Buffer.from('{}'), client: '127.0.0.1' }])
    expect(await askPinned(endpoint, { ...question, path: '/other' }, never)).toMatchObject({
      status: 404,
    })
    expect(await getPinned(endpoint, wanted, never)).toBeUndefined()
  })
})

test('more than 4 KiB are not taken, whether that is said before or not', async () => {
  let taken = 0
  const posts: PublicPosts = async () => {
    taken += 1
    return { status: 200, body: Buffer.of() }
  }
  await withLinkNetwork({ offer: { posts } }, async ({ endpoint }) => {
    const post = (bytes: number) =>
      askPinned(endpoint, { path: '/', body: Buffer.alloc(bytes), mostBytes: 100 }, never)
    expect((await post(4096)).status).toBe(200)
    expect((await post(4097)).status).toBe(413)
    expect(await sendChunks(endpoint.port, 4097)).toBe('HTTP/1.1 413')
    expect(taken).toBe(1)
  })
})

test('who has 65,536 networks to come from takes a third of the places, and leaves the others', () => {
  const door = createPublicDoor({})
  const come = (client: string) => {
    const socket = new PassThrough()
    onTestFinished(() => void socket.destroy())
    door.serve(socket as unknown as TLSSocket, client)
    return !socket.destroyed
  }
  const comers = Array.from({ length: 200 }, (_, at) => `2001:db8:1:${at.toString(16)}::/64`)
  expect(comers.filter(come)).toHaveLength(43)
  expect(come('2001:db8:2:1::/64')).toBe(true)
  expect(come('192.0.2.1')).toBe(true)
})

test('who asks byte by byte loses its place, and who has asked is waited for', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const [taken, isGone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const door = createPublicDoor({
    posts: async () => {
      taken.resolve()
      await isGone.promise
      return { status: 200, body: Buffer.from('{}') }
    },
  })
  const begin = (body: string) => {
    const [near, far] = duplexPair()
    onTestFinished(() => void near.destroy())
    door.serve(far as TLSSocket, '192.0.2.1')
    near.on('error', () => {})
    near.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n${body}`)
    return { near, far }
  }
  const slow = begin('{')
  const asked = begin('{}')
  await taken.promise
  const closed = once(slow.far, 'close')
  vi.advanceTimersByTime(10_000)
  await closed
  isGone.resolve()
  const [answer] = (await once(asked.near, 'data')) as [Buffer]
  expect(String(answer)).toMatch(/^HTTP\/1.1 200/)
})

/** Brings bytes without saying before how many; returns how the answer begins. */
async function sendChunks(port: number, bytes: number): Promise<string> {
  const socket = connect({
    host: '127.0.0.1',
    port,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  })
  socket.on('error', () => {})
  socket.write('POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n')
  socket.write(`${bytes.toString(16)}\r\n${'a'.repeat(bytes)}\r\n`)
  const [data] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return String(data.subarray(0, 12))
}
