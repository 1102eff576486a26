import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, connect as connectTcp, type AddressInfo, type Socket } from 'node:net'
import { connect } from 'node:tls'

import { expect, test, vi } from 'vitest'

import { createExpiredIdentity } from '../../test/expired-identity.ts'
import { ask, withLinkNetwork } from '../../test/link-network.ts'
import { settle } from '../../test/link-pair.ts'
import { createManualClock } from '../../test/manual-clock.ts'
import { LinkDialError, LinkKeyMismatchError } from './errors.ts'
import { listenLimitsByDefault } from './listen-for-links.ts'
import { TUNNEL_PROTOCOL } from './peer-key.ts'
import { createTlsIdentity, createTlsKey } from './tls-identity.ts'
import { InvalidTlsKeyHashError, parseTlsKeyHash } from './tls-key-hash.ts'

test('an identity that serves by names has them in its certificate', async () => {
  const { certificatePem } = await createTlsIdentity(createTlsKey(), ['localhost', '127.0.0.1'])
  const certificate = new X509Certificate(certificatePem)
  expect(certificate.checkHost('localhost')).toBe('localhost')
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(certificate.checkHost('example.com')).toBeUndefined()
})

test('an identity has the hash that openssl gives its key', async () => {
  const keyPem = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----`
  const { keyHash } = await createTlsIdentity(keyPem)
  // openssl pkey -pubout -outform DER | sha256sum
  expect(keyHash).toBe('0x06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9')
})

test('a hash is 32 bytes of hex, in any case', () => {
  expect(parseTlsKeyHash(`0x${'AB'.repeat(32)}`)).toBe(`0x${'ab'.repeat(32)}`)
  expect(() => parseTlsKeyHash(`0x${'ab'.repeat(31)}`)).toThrow(InvalidTlsKeyHashError)
})

test('two ends that know each other’s keys carry streams both ways', async () => {
  await withLinkNetwork({}, async ({ dial, device, masternode, listener, used }) => {
    const link = await dial()
    expect(link.peerKeyHash).toBe(masternode.keyHash)
    expect(await ask(link, 'hello')).toBe('hello')
    const [far] = listener.links()
    expect(far?.peerKeyHash).toBe(device.keyHash)
    if (far !== undefined) expect(await ask(far, 'from the masternode')).toBe('from the masternode')
    expect(used).toHaveLength(2)
  })
})

test('a device that the chain does not know is told so', async () => {
  await withLinkNetwork({}, async ({ dial, refusals, listener }) => {
    const stranger = await createTlsIdentity(createTlsKey())
    const failure = await dial({ identity: stranger }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'TUNNEL_REFUSED_BY_PEER', resetCode: 'refusedStream' })
    expect(String(failure)).toContain('The peer ended the link: No device has this key.')
    expect(refusals).toMatchObject([{ error: { keyHash: stranger.keyHash } }])
    expect(listener.links()).toEqual([])
  })
})

test('a masternode that cannot ask the chain tells a stranger no more than that', async () => {
  const refuse = () => Promise.reject(new Error('secret'))
  await withLinkNetwork({ refuse }, async ({ dial, refusals }) => {
    const failure = await dial().catch(String)
    expect(failure).toContain('This end cannot tell now whether the key is let in.')
    expect(refusals).toMatchObject([{ error: { message: 'secret' } }])
  })
})

test('a masternode with another key than the chain’s is left before a byte is said', async () => {
  await withLinkNetwork({}, async ({ dial, masternode, used }) => {
    const { keyHash: expected } = await createTlsIdentity(createTlsKey())
    const failure = await dial({ keyHash: expected }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(LinkKeyMismatchError)
    expect(failure).toMatchObject({ expected, found: masternode.keyHash, kind: 'unauthorized' })
    expect(used.filter(({ peerKeyHash }) => peerKeyHash === masternode.keyHash)).toEqual([])
  })
})

test.each([
  ['shows no certificate', { ALPNProtocols: [TUNNEL_PROTOCOL] }, 'showed no certificate'],
  ['does not speak the protocol', {}, 'does not speak nexqloud-tunnel/1'],
])('a client that %s is not let in', async (_, options, reason) => {
  await withLinkNetwork({}, async ({ listener, refusals }) => {
    const { port } = listener
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
    await untilClosed(socket)
    expect(refusals.map(({ error }) => String(error)).join()).toContain(reason)
  })
})

/** What both ends are told. */
const expired =
  /The certificate of 127\.0\.0\.1:\d+ is valid from 1970-01-01T00:00:00\.000Z to 1999-12-31T23:59:59\.000Z; it is 20/
const whatToDo = 'Make a new certificate from the same key, or set the clock.'

test('a device whose certificate is over is not let in, and both ends are told why', async () => {
  const identity = await createExpiredIdentity()
  const clock = { ...createManualClock(), wallMs: () => Date.parse('2026-01-01') }
  await withLinkNetwork({ clock }, async ({ dial, refusals }) => {
    const failure = await dial({ identity }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'TUNNEL_REFUSED_BY_PEER' })
    expect(String(failure)).toMatch(expired)
    expect(String(failure)).toContain(whatToDo)
    expect(refusals).toMatchObject([{ error: { message: expect.stringMatching(expired) } }])
  })
})

test('a masternode whose certificate is over is left, and both ends are told why', async () => {
  const identity = await createExpiredIdentity()
  await withLinkNetwork({ identity }, async ({ dial, used }) => {
    const clock = { ...createManualClock(), wallMs: () => Date.parse('2026-01-01') }
    const { keyHash } = identity
    const failure = await dial({ keyHash, clock }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'TUNNEL_CERTIFICATE_EXPIRED', hint: whatToDo })
    expect(String(failure)).toMatch(expired)
    await vi.waitFor(() => expect(used).toHaveLength(1))
    const told = await used[0]?.closed
    expect(told?.message).toMatch(expired)
    expect(told?.message).toContain(whatToDo)
  })
})

test('TLS below 1.3 is not spoken', async () => {
  await withLinkNetwork({}, async ({ listener, refusals }) => {
    const { port } = listener
    const socket = connect({ host: '127.0.0.1', port, maxVersion: 'TLSv1.2' })
    await untilClosed(socket)
    expect(refusals).toMatchObject([{ error: { code: 'ERR_SSL_UNSUPPORTED_PROTOCOL' } }])
  })
})

test('strangers who say nothing take no more than their places, for no longer than their time', async () => {
  const listen = { ...listenLimitsByDefault, strangers: 2, handshakeMs: 200 }
  await withLinkNetwork({ listen }, async ({ listener, dial }) => {
    const closings = [0, 1, 2].map(() => untilClosed(connectTcp(listener.port, '127.0.0.1')))
    await Promise.race(closings)
    await expect(dial()).rejects.toThrow(LinkDialError)
    await Promise.all(closings)
    expect(await ask(await dial(), 'now there is room')).toBe('now there is room')
  })
})

test.runIf(process.platform === 'linux')(
  'strangers at one address leave places for devices at others',
  async () => {
    const listen = { ...listenLimitsByDefault, strangers: 3 }
    await withLinkNetwork({ listen }, async ({ listener, dial }) => {
      const strangers = [0, 1, 2].map(() =>
        connectTcp({ port: listener.port, host: '127.0.0.1', localAddress: '127.0.0.2' }),
      )
      await Promise.race(strangers.map(untilClosed))
      expect(await ask(await dial(), 'there is room')).toBe('there is room')
      for (const stranger of strangers) stranger.destroy()
    })
  },
)

test('a masternode that does not answer is given up in time', async () => {
  const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  await withLinkNetwork({}, async ({ dial, clock }) => {
    const failure = dial({ port }).catch((error: unknown) => error)
    await settle(50)
    await clock.pass(5000)
    expect(String(await failure)).toContain('there was no answer within 5000 ms.')
  })
  silent.close()
})

test('a peer that is silent for ten seconds is dead, and one that could not be heard is not', async () => {
  await withLinkNetwork({}, async ({ dial, clock, used, listener }) => {
    const line = await openLine(listener.port)
    const link = await dial({ port: line.port })
    const [near] = used
    expect(near).toBe(link)
    for (let turn = 0; turn < 10; turn += 1) await clock.pass(2000)
    // Nobody read anything in this time.
    await clock.pass(60_000)
    await clock.pass(2000)
    expect(link.mux.isOpen).toBe(true)
    line.cut()
    for (let turn = 0; turn < 6; turn += 1) await clock.pass(2000)
    expect((await link.closed).message).toMatch(/^The peer was not heard for 1[02]\.0 s\.$/)
    line.close()
  })
})

test('a listener that closes lets streams end, for as long as it was told', async () => {
  await withLinkNetwork({}, async ({ dial, listener, clock }) => {
    const link = await dial()
    const events: string[] = []
    void link.leaving.then(() => events.push('leaving'))
    link.mux.open({ target: Buffer.from('echo') }, () => ({
      onData: () => {},
      onEnd: () => {},
      onReset: ({ reason }) => events.push(reason),
      onWritable: () => {},
    }))
    await ask(link, 'the stream before is open by now')
    const closing = listener.close(500)
    await link.leaving
    expect([link.mux.isOpen, events]).toEqual([false, ['leaving']])
    await clock.pass(500)
    await closing
    await link.closed
    expect(events.at(-1)).toBe('The peer ended the link: The other end hung up after 500 ms.')
  })
})

function untilClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => {})
    socket.on('close', () => resolve())
    socket.resume()
  })
}

/** Opens a line to a port, which can be cut without a word. */
async function openLine(port: number) {
  const sockets: Socket[] = []
  const server = createServer((near) => {
    const far = connectTcp(port, '127.0.0.1')
    near.pipe(far).pipe(near)
    sockets.push(near, far)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => sockets.forEach((socket) => socket.unpipe().pause()),
    close: () => {
      sockets.forEach((socket) => socket.destroy())
      server.close()
    },
  }
}
