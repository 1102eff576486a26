import fc from 'fast-check'
import { expect, test } from 'vitest'

import { encodeFrame, encodeOpen } from '../../test/encode-frame.ts'
import { createLinkPair, settle } from '../../test/link-pair.ts'
import { createMuxEnd, first } from '../../test/mux-end.ts'
import { FrameReader, type ControlFrame } from '../frame/frame-reader.ts'
import { frameNames } from '../frame/frame-table.ts'
import { parseResetCode } from '../frame/reset-code.ts'
import { muxLimitsByDefault } from './limits.ts'
import { createWindowBudget } from './window-budget.ts'
import { LEAST_WINDOW_BYTES, MOST_WINDOW_BYTES } from './window.ts'

const byte = Buffer.from('x')
const data = (id: number, bytes: number) =>
  encodeFrame('data', { id, payload: Buffer.alloc(bytes) })
const credit = (id: number, value: number) => encodeFrame('windowUpdate', { id, value })
const end = (id: number) => encodeFrame('end', { id })
const reset = (id: number) => encodeFrame('reset', { id, flags: 8 })

test.each([
  ['data on a stream that nobody opened', [data(1, 1)], 'protocolError'],
  ['data on a stream of ours that we did not open', [data(2, 1)], 'protocolError'],
  ['an end of a stream that nobody opened', [end(3)], 'protocolError'],
  ['a stream with an id of ours', [encodeOpen(2)], 'protocolError'],
  ['a stream that was opened before', [encodeOpen(1), encodeOpen(1)], 'protocolError'],
  ['a stream with a lower id', [encodeOpen(3), encodeOpen(1)], 'protocolError'],
  ['a stream with a window of nothing', [encodeOpen(1, 0)], 'flowControlError'],
  ['a stream with an endless window', [encodeOpen(1, 2 ** 32 - 1)], 'flowControlError'],
  ['data after the end', [encodeOpen(1), end(1), data(1, 1)], 'protocolError'],
  ['two ends', [encodeOpen(1), end(1), end(1)], 'protocolError'],
  ['data after its own reset', [encodeOpen(1), reset(1), data(1, 1)], 'protocolError'],
  ['more data than credit', [encodeOpen(1), data(1, LEAST_WINDOW_BYTES + 1)], 'flowControlError'],
  [
    'more small pieces than credit',
    [encodeOpen(1), ...Array.from({ length: 65 }, () => data(1, 1))],
    'flowControlError',
  ],
  [
    'more credit than any window',
    [encodeOpen(1, MOST_WINDOW_BYTES), credit(1, 1)],
    'flowControlError',
  ],
  ['a pong that answers nothing', [encodeFrame('pong')], 'protocolError'],
] as const)('%s ends the link', async (_, frames, code) => {
  const { end: ours, send, told } = connectRaw({ isReading: false })
  await send(...frames)
  expect(ours.ends.map(({ resetCode }) => resetCode)).toEqual([code])
  expect(told().map(({ name, flags }) => [name, parseResetCode(flags)])).toContainEqual([
    'goAway',
    code,
  ])
  expect(ours.mux.streamCount).toBe(0)
})

test('a reason tells the peer what it did', async () => {
  const { send, told } = connectRaw()
  await send(encodeOpen(1), data(1, LEAST_WINDOW_BYTES + 1))
  expect(told().map(({ payload }) => payload.toString())).toMatchInlineSnapshot(`
    [
      "A data frame on stream 1 costs 16385 bytes of credit; 16384 were left.",
    ]
  `)
})

test('a flood of control frames ends the link, a busy second does not', async () => {
  let nowMs = 0
  const limits = { ...muxLimitsByDefault, controlFrames: { perSecond: 100, burst: 100 } }
  const { end: ours, send } = connectRaw({ limits, clock: { steadyMs: () => nowMs } })
  const pings = (count: number) => Array.from({ length: count }, () => encodeFrame('ping'))
  await send(...pings(100))
  nowMs = 500
  await send(...pings(50))
  expect(ours.ends).toEqual([])
  await send(...pings(1))
  expect(ours.ends.map(({ resetCode }) => resetCode)).toEqual(['enhanceYourCalm'])
})

test('a flood of streams that are reset at once opens no more connections than the limit', async () => {
  const limits = { ...muxLimitsByDefault, opens: { perSecond: 10, burst: 50 } }
  const { end: ours, send, told } = connectRaw({ limits })
  const ids = Array.from({ length: 500 }, (_, turn) => 2 * turn + 1)
  await send(...ids.flatMap((id) => [encodeOpen(id), data(id, 1), reset(id)]))
  expect(ours.accepted).toHaveLength(50)
  expect(told().filter(({ name }) => name === 'reset')).toHaveLength(450)
  expect([ours.ends, ours.mux.streamCount]).toEqual([[], 0])
})

test('a peer that asks and takes no answer is let go', async () => {
  const limits = { ...muxLimitsByDefault, waitingBytes: 100_000 }
  const { end: ours, send, stall } = connectRaw({ limits })
  stall()
  await send(...Array.from({ length: 20_000 }, () => encodeFrame('ping')))
  expect(ours.ends.map(({ resetCode }) => resetCode)).toEqual(['enhanceYourCalm'])
})

test('data on streams that we reset falls, as far as the peer had credit', async () => {
  const { end: ours, send } = connectRaw()
  await send(encodeOpen(1))
  first(ours.accepted).record.stream.reset('cancel')
  await send(data(1, LEAST_WINDOW_BYTES), reset(1), credit(1, 5), end(1))
  expect(ours.ends).toEqual([])
  await send(data(1, 1))
  expect(ours.ends.map(({ resetCode }) => resetCode)).toEqual(['protocolError'])
})

test('a handler that resets its stream in the middle of a frame hears no more of it', async () => {
  const { end: ours, send } = connectRaw()
  await send(encodeOpen(1))
  const { record } = first(ours.accepted)
  const { handler } = record.stream
  record.stream.handler = {
    ...handler,
    onData: (piece) => {
      handler.onData(piece)
      record.stream.reset('cancel')
    },
  }
  const frame = data(1, 1000)
  await send(frame.subarray(0, 500))
  await send(frame.subarray(500), encodeOpen(3))
  expect(Buffer.concat(record.pieces).length).toBe(488)
  expect(ours.accepted).toHaveLength(2)
})

/** A frame that looks right, with numbers that may not be. */
const someFrame = fc
  .record({
    name: fc.constantFrom(...frameNames),
    id: fc.integer({ min: 0, max: 9 }),
    flags: fc.constantFrom(0, 0, 0, 1, 8, 255),
    value: fc.constantFrom(undefined, undefined, 0, 1, 300, 16_384, 2 ** 31),
    payload: fc.oneof(
      fc.constant(Buffer.from([0, 0, 0x40, 0])),
      fc.constant(byte),
      fc.uint8Array({ maxLength: 300 }),
    ),
  })
  .map(({ name, value, ...frame }) =>
    encodeFrame(name, value === undefined ? frame : { ...frame, value, payload: new Uint8Array() }),
  )

test('a peer that answers no pings is sent no more than may be on its way, and none may be left out', async () => {
  const { end: ours, send, told } = connectRaw()
  const pings = () => told().filter(({ name }) => name === 'ping')
  await send(encodeOpen(1, MOST_WINDOW_BYTES))
  first(ours.accepted).record.stream.write(Buffer.alloc(3 << 20))
  await settle(100)
  expect(pings()).toHaveLength(16)
  await send(encodeFrame('pong', { value: first(pings()).value }))
  await settle(100)
  expect([pings().length, ours.ends.length]).toEqual([24, 0])
  await send(encodeFrame('pong', { value: pings()[2]?.value ?? 0 }))
  expect(ours.ends.map(({ resetCode }) => resetCode)).toEqual(['protocolError'])
})

test('while no ping is answered small answers still pass, an eighth of what is on its way', async () => {
  const { end: ours, send, dataBytes } = connectRaw()
  await send(encodeOpen(1, MOST_WINDOW_BYTES))
  first(ours.accepted).record.stream.write(Buffer.alloc(2 << 20))
  await settle(100)
  const fullBytes = dataBytes()
  for (let id = 3; id < 603; id += 2) {
    await send(encodeOpen(id))
    ours.accepted.at(-1)?.record.stream.write(Buffer.alloc(1000))
  }
  await settle(100)
  const passedBytes = dataBytes() - fullBytes
  expect(fullBytes).toBeLessThan(2 << 20)
  expect(passedBytes).toBeGreaterThanOrEqual(fullBytes / 8)
  expect(passedBytes).toBeLessThan(fullBytes / 8 + 1000)
})

test('whatever a peer sends, the mux stays within its limits or ends the link', async () => {
  const soup = fc.oneof({ weight: 9, arbitrary: someFrame }, fc.uint8Array({ maxLength: 40 }))
  await fc.assert(
    fc.asyncProperty(fc.array(soup, { maxLength: 60 }), fc.boolean(), async (sent, isReading) => {
      const budget = createWindowBudget(1 << 20)
      const limits = { ...muxLimitsByDefault, peerStreams: 3 }
      const { end: ours, send } = connectRaw({ budget, limits, isReading })
      ours.open()
      for (const bytes of sent) {
        await send(Buffer.from(bytes))
        const held = ours.accepted.filter(({ record }) => record.stream.state !== 'closed')
        expect(held.length).toBeLessThanOrEqual(3)
      }
      ours.mux.close('noError', '')
      expect([budget.freeBytes(), budget.streams(), ours.ends.length]).toEqual([1 << 20, 0, 1])
      for (const { record } of ours.accepted) expect(record.stream.state).toBe('closed')
    }),
    { numRuns: 150 },
  )
})

/** Connects a mux, the listener, with a peer that may send anything. */
function connectRaw(options: Parameters<typeof createMuxEnd>[1] = {}) {
  const [near, far] = createLinkPair()
  const ours = createMuxEnd(near, options)
  const frames: ControlFrame[] = []
  let dataBytes = 0
  const reader = new FrameReader({
    beginData: (_, bytes) => {
      dataBytes += bytes
    },
    takeData: () => {},
    takeFrame: (frame) => frames.push(frame),
  })
  far.on('data', (bytes: Buffer) => reader.read(bytes))
  return {
    end: ours,
    send: async (...parts: readonly Buffer[]) => {
      if (!far.writableEnded) far.write(Buffer.concat(parts))
      await settle(4)
    },
    told: () => frames,
    dataBytes: () => dataBytes,
    stall: () => far.pause(),
  }
}
