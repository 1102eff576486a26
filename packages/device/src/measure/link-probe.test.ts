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
    const stream = { write: () => true, end: () => queueMicrotask(end), consumed: () => {} }
    const handler = createHandler(stream as unknown as MuxStream)
    return stream
  }
  return { open } as unknown as Mux
}
