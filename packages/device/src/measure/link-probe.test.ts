import { createHash } from 'node:crypto'

import type { Mux, MuxStream, StreamHandler } from '@nexqloud/tunnel'
import { afterEach, expect, test } from 'vitest'

import { startAgent } from '../../test/running-agent.ts'
import { createLinkProbe } from './link-probe.ts'
import { createNonceBytes } from './nonce-bytes.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const request = { nonce: `0x${'a'.repeat(64)}`, device: 7 } as const

test.each(['down', 'up'] as const)(
  'bytes that follow from a nonce go %s a real link',
  async (direction) => {
    const { drive, far, device } = await startAgent(closers)
    const probe = createLinkProbe({ peer: drive().peer, mux: far(), clock: device.clock })
    for (const bytes of [1, 2 ** 16, 3_000_001]) {
      expect(await probe.tryLine({ ...request, direction, bytes })).toBe('arrived')
    }
  },
)

test('a device that makes the bytes itself, in place of waiting for them, is found out', async () => {
  const bytes = 1000
  const guessed = createHash('sha256').update(createNonceBytes(request)(bytes)).digest()
  const peer = { request: () => Promise.reject(new Error('It is not asked.')) }
  const { device } = await startAgent(closers)
  const probe = createLinkProbe({ peer, mux: muxAnswering(guessed), clock: device.clock })
  expect(await probe.tryLine({ ...request, direction: 'down', bytes })).toBe('wrongBytes')
})

test.each(['down', 'up'] as const)(
  'a device that answers with bytes without end is told so at once, %s',
  async (direction) => {
    const { clock } = (await startAgent(closers)).device
    const line = createFloodedMux()
    const probe = createLinkProbe({
      peer: { request: () => Promise.reject() },
      mux: line.mux,
      clock,
    })
    const trial = probe.tryLine({ ...request, direction, bytes: 2 ** 16 })
    line.flood()
    expect(await trial).toBe('wrongBytes')
    expect(line.seen).toEqual({ reset: 1, taken: 1 })
  },
)

test('a device that is done before all was sent has its stream taken away', async () => {
  const { clock } = (await startAgent(closers)).device
  const line = createFloodedMux()
  const probe = createLinkProbe({ peer: { request: () => Promise.reject() }, mux: line.mux, clock })
  const trial = probe.tryLine({ ...request, direction: 'down', bytes: 2 ** 23 })
  line.end()
  expect(await trial).toBe('wrongBytes')
  expect(line.seen.reset).toBe(1)
})

test('a device that goes in the middle is measured no further: it is asked again when it is back', async () => {
  const { drive, far, device } = await startAgent(closers)
  const probe = createLinkProbe({ peer: drive().peer, mux: far(), clock: device.clock })
  const mux = far()
  const asking = probe.ask({ ...request, piece: 'memory' })
  const asked = asking.catch((error: unknown) => error)
  mux.close('cancel', 'It sleeps.')
  await device.clock.pass(10_000)
  expect(await asked).toMatchObject({ code: expect.stringMatching(/^TUNNEL_/) })
  await expect(probe.tryLine({ ...request, direction: 'up', bytes: 1 })).rejects.toMatchObject({
    code: expect.stringMatching(/^TUNNEL_/),
  })
})

/** A link on which each stream is answered by the same bytes as soon as it is sent. */
function muxAnswering(answer: Buffer): Mux {
  const open = (_: unknown, createHandler: (stream: MuxStream) => StreamHandler) => {
    const end = (): void => {
      handler.onData(answer)
      handler.onEnd()
    }
    const sent = { write: () => true, end: () => queueMicrotask(end) }
    const stream = { ...sent, consumed: () => {}, reset: () => {} }
    const handler = createHandler(stream as unknown as MuxStream)
    return stream
  }
  return { open } as unknown as Mux
}

/** A line whose far end sends what it likes: pieces of 64 KiB, until it is told to stop. */
function createFloodedMux() {
  const seen = { reset: 0, taken: 0 }
  let handler: StreamHandler | undefined
  const stream: Pick<MuxStream, 'write' | 'end' | 'reset' | 'consumed'> = {
    write: () => false,
    end: () => {},
    reset: () => (seen.reset += 1),
    consumed: () => {},
  }
  const mux: Pick<Mux, 'open'> = {
    open: (_, use) => {
      handler = use(stream as MuxStream)
      return stream as MuxStream
    },
  }
  return {
    mux,
    seen,
    end: () => handler?.onEnd(),
    flood: () => {
      for (; seen.reset === 0 && seen.taken < 1000; seen.taken += 1)
        handler?.onData(Buffer.alloc(2 ** 16))
    },
  }
}
