import { duplexPair } from 'node:stream'

import { createWindowBudget, Mux, muxLimitsByDefault, type MuxOptions } from '@nexqloud/tunnel'
import { expect, test } from 'vitest'

import { openStreamDuplex } from './stream-duplex.ts'

test('a write that waits for credit fails when the stream is destroyed', async () => {
  const [near, far] = duplexPair()
  const handler = { onData: () => {}, onEnd: () => {}, onReset: () => {}, onWritable: () => {} }
  const options: MuxOptions = {
    role: 'dialer',
    limits: muxLimitsByDefault,
    budget: createWindowBudget(),
    clock: { steadyMs: () => 0 },
    accept: () => handler,
    onGoAway: () => {},
    onPong: () => {},
    onClose: () => {},
  }
  const mux = new Mux(near, options)
  // Its peer takes everything and gives no credit.
  const peer = new Mux(far, { ...options, role: 'listener' })
  const duplex = openStreamDuplex(mux, Buffer.from('target'))
  duplex.on('error', () => {})
  const written = new Promise((resolve) => duplex.write(Buffer.alloc(1 << 20), resolve))
  await new Promise((resolve) => setImmediate(resolve))
  duplex.destroy(new Error('The link is over.'))
  expect(peer.isOpen).toBe(true)
  expect(await written).toMatchObject({ message: 'The link is over.' })
})
