import fc from 'fast-check'
import { expect, test } from 'vitest'

import { settle } from '../../test/link-pair.ts'
import { createManualClock } from '../../test/manual-clock.ts'
import { connectMuxes, first, textOf } from '../../test/mux-end.ts'
import { partsOf, startRaw, startRpc } from '../../test/rpc-ends.ts'
import {
  RpcClosedError,
  RpcMessageTooLargeError,
  RpcRemoteError,
  RpcTimeoutError,
  RpcVersionError,
} from './errors.ts'
import { openRpc } from './rpc-peer.ts'

test('a request is answered, many at once, each with its own answer', async () => {
  const { peer } = startRpc()
  expect(await peer.ready).toBe(2)
  const numbers = [1, 2, 3, 4, 5]
  const answers = await Promise.all(numbers.map((number) => peer.request('double', { number })))
  expect(answers).toEqual([2, 4, 6, 8, 10])
})

test('what is told arrives in order, and needs no answer', async () => {
  const { peer, notes } = startRpc()
  await peer.ready
  for (const text of ['a', 'b', 'c']) peer.notify('note', { text })
  await settle()
  expect(notes).toEqual(['a', 'b', 'c'])
})

test('a failure keeps its kind, its code and its hint', async () => {
  const { peer } = startRpc()
  const failure = await peer.request('fail', { how: 'known' }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(RpcRemoteError)
  expect(failure).toMatchObject({
    message: 'The disk has 0 bytes left.',
    kind: 'conflict',
    remoteCode: 'TEST_DISK',
    hint: 'Free some.',
  })
})

test('of a failure that nobody foresaw the asker learns nothing, the answerer everything', async () => {
  const { peer, faults } = startRpc()
  const failure = peer.request('fail', { how: 'unknown' })
  await expect(failure).rejects.toThrow('The other end has a fault.')
  expect(faults).toMatchObject([{ message: 'secret' }])
})

test('wrong parameters are refused by name', async () => {
  const { peer } = startRpc()
  const failure = await peer.request('double', { number: 1.5 }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ kind: 'invalid', remoteCode: 'TUNNEL_RPC_PARAMS' })
  expect(String(failure)).toContain('→ at number')
})

test('a request that takes too long is cancelled at both ends', async () => {
  const { peer, clock, cancelled } = startRpc()
  await peer.ready
  const failure = peer.request('wait', {}, { timeoutMs: 100 }).catch((error: unknown) => error)
  await settle()
  await clock.pass(100)
  expect(await failure).toBeInstanceOf(RpcTimeoutError)
  expect(cancelled).toHaveLength(1)
  expect(await peer.request('double', { number: 4 })).toBe(8)
})

test('a request that its asker gives up is cancelled at both ends', async () => {
  const { peer, cancelled } = startRpc()
  await peer.ready
  const giveUp = new AbortController()
  const failure = peer.request('wait', {}, { signal: giveUp.signal }).catch(String)
  await settle()
  giveUp.abort(new Error('enough'))
  expect(await failure).toBe('Error: enough')
  await settle()
  expect(cancelled).toHaveLength(1)
})

test('an older end and a newer one both name both versions', async () => {
  const { peer, far } = startRpc({
    hello: { protocol: 'agent', least: 4, most: 5, software: '2.0' },
  })
  await settle()
  const failures = await Promise.all(
    [peer.ready, first(far).ready].map((ready) => ready.catch((error: unknown) => error)),
  )
  for (const failure of failures) expect(failure).toBeInstanceOf(RpcVersionError)
  expect(failures.map(String)).toMatchInlineSnapshot(`
    [
      "RpcVersionError: This end (0.1.0) speaks agent versions 1 to 2; the other end (2.0) speaks versions 4 to 5.",
      "RpcVersionError: This end (2.0) speaks agent versions 4 to 5; the other end (0.1.0) speaks versions 1 to 2.",
    ]
  `)
  await expect(peer.request('double', { number: 1 })).rejects.toThrow(RpcVersionError)
})

test('an end that says nothing is given up', async () => {
  const clock = createManualClock()
  const { dialer } = connectMuxes()
  const peer = openRpc(dialer.mux, Buffer.from('agent'), partsOf(clock))
  await settle()
  await clock.pass(10_000)
  await expect(peer.ready).rejects.toThrow('named no version within 10000 ms.')
})

test('when the stream is over, all that was asked fails, and all that is answered is aborted', async () => {
  const { peer, cancelled, close } = startRpc()
  await peer.ready
  const failure = peer.request('wait', {}).catch((error: unknown) => error)
  await settle()
  close()
  expect(await failure).toBeInstanceOf(RpcClosedError)
  expect((await peer.closed).message).toBe('The stream of messages is over: The device left.')
  await settle()
  expect(cancelled).toHaveLength(1)
})

test('more requests at once than the limit are refused, the others go on', async () => {
  const { peer } = startRpc({ limits: { requestsAtOnce: 2 } })
  await peer.ready
  const waiting = [peer.request('wait', {}), peer.request('wait', {})].map((each) =>
    each.catch(String),
  )
  const failure = await peer.request('double', { number: 1 }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ kind: 'unavailable' })
  expect(String(failure)).toContain('2 requests are being answered already.')
  peer.close('done')
  await Promise.all(waiting)
})

test('a message that is too long is refused where it is made', async () => {
  const { peer } = startRpc({ limits: { messageBytes: 1000 } })
  await peer.ready
  expect(() => peer.notify('note', { text: 'x'.repeat(1000) })).toThrow(RpcMessageTooLargeError)
  const failure = await peer.request('pour', { bytes: 1000 }).catch((error: unknown) => error)
  expect(String(failure)).toContain('A message of pour has 1036 bytes; 1000 are the most.')
})

test('an end that does not read has no more waiting for it than the limit', async () => {
  const clock = createManualClock()
  const { dialer, listener } = connectMuxes({ isReading: false })
  const limits = { waitingBytes: 100_000 }
  const peer = openRpc(dialer.mux, Buffer.from('agent'), partsOf(clock, { limits }))
  await settle()
  const hello = { protocol: 'agent', least: 1, most: 2, software: '1' }
  first(listener.accepted).record.stream.write(Buffer.from(`${JSON.stringify(hello)}\n`))
  await peer.ready
  for (let turn = 0; turn < 200; turn += 1) peer.notify('note', { text: 'x'.repeat(1000) })
  expect((await peer.closed).message).toMatch(/\d+ bytes wait for an end that does not read/)
})

const helloLine = '{"protocol":"agent","least":1,"most":2,"software":"1"}\n'

test.each([
  ['is not JSON', 'GET / HTTP/1.1\n', 'A line is not JSON.'],
  ['is JSON of another kind', '{"jsonrpc":"1.0"}\n', 'A line is no JSON-RPC 2.0'],
  ['answers what nobody asked', '{"jsonrpc":"2.0","id":9,"result":1}\n', 'never asked'],
  ['tells nonsense', '{"jsonrpc":"2.0","method":"note","params":{"text":1}}\n', 'note: '],
  ['has no end', 'x'.repeat(2 ** 20 + 1), 'A message is longer than 1048576 bytes.'],
])('a line that %s ends the stream, and tells why', async (_, line, reason) => {
  const { raw } = startRaw()
  for (const part of [helloLine, line]) raw.stream.write(Buffer.from(part))
  for (let turn = 0; turn < 50 && raw.reset === undefined; turn += 1) await settle()
  expect(raw.reset?.reason).toContain(reason)
})

test.each(['nothing', '__proto__', 'constructor', 'toString'])(
  '%s is no method',
  async (method) => {
    const { raw } = startRaw()
    const line = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: {} })
    raw.stream.write(Buffer.from(`${helloLine}${line}\n`))
    await settle()
    expect(textOf(raw)).toContain(`${method} is not known here.`)
  },
)

test('whatever lines come, the stream ends or goes on, and no fault is found', async () => {
  const odd = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record(
        {
          jsonrpc: fc.constantFrom('2.0', 1),
          id: fc.constantFrom(1, 2, -1, 'a'),
          method: fc.constantFrom('double', 'note', 'fail', '$/cancelRequest', 'toString'),
          params: fc.oneof(fc.constant({ number: 2 }), fc.constant({ id: 1 }), fc.jsonValue()),
          result: fc.constant(1),
        },
        { requiredKeys: [] },
      )
      .map((message) => JSON.stringify(message)),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(odd, { maxLength: 20 }), async (lines) => {
      const { raw, faults } = startRaw()
      raw.stream.write(Buffer.from(`${[helloLine.trim(), ...lines].join('\n')}\n`))
      await settle(3)
      raw.stream.reset('cancel')
      await settle(3)
      expect(faults.filter((fault) => String(fault) !== 'Error: secret')).toEqual([])
    }),
    { numRuns: 100 },
  )
})
