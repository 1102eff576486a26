import fc from 'fast-check'
import { expect, test } from 'vitest'

import { encodeFrame, type RawFrame } from '../../test/encode-frame.ts'
import { createLinkPair, settle } from '../../test/link-pair.ts'
import { PeerViolationError } from './errors.ts'
import { FrameReader, type ControlFrame } from './frame-reader.ts'
import { frameNames, frames, type FrameKind, type FrameName } from './frame-table.ts'
import { FrameWriter } from './frame-writer.ts'
import { encodeReason, parseResetCode, resetCodes } from './reset-code.ts'

test('every frame is found by its number', () => {
  expect(frameNames.map((name) => frames[name].type)).toEqual(frameNames.map((_, type) => type))
  expect(new Set(frameNames)).toEqual(new Set(Object.keys(frames)))
})

test('every reset code is found by its number', () => {
  for (const [name, number] of Object.entries(resetCodes)) expect(parseResetCode(number)).toBe(name)
  expect(parseResetCode(255)).toBe('internalError')
})

/** A frame that the table allows. */
const someFrame = fc.constantFrom(...frameNames).chain((name) => {
  const kind: FrameKind = frames[name]
  const most = Math.min(kind.most, 6000)
  const payload = fc.uint8Array({ minLength: Math.min(kind.least, most), maxLength: most })
  const value = fc.integer({ min: kind.least, max: kind.most })
  const id = kind.of === 'link' ? fc.constant(0) : fc.integer({ min: 1, max: 2 ** 32 - 1 })
  const flags = fc.integer({ min: 0, max: 255 }).map((bits) => bits & kind.flags)
  const body = kind.length === 'payload' ? fc.record({ payload }) : fc.record({ value })
  return fc
    .tuple(fc.record({ id, flags }), body)
    .map(([head, rest]): readonly [FrameName, RawFrame] => [name, { ...head, ...rest }])
})

test('frames that are written are read, however the network cuts them', async () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(fc.array(someFrame, { maxLength: 12 }), cuts, async (sent, sizes) => {
      let turn = 0
      const [near, far] = createLinkPair(() => sizes[(turn += 1) % sizes.length] ?? 1)
      const { reader, read } = createRecorder()
      far.on('data', (bytes: Buffer) => reader.read(bytes))
      const writer = new FrameWriter(near, () => {})
      for (const [name, frame] of sent) writeFrame(writer, name, frame)
      await settle(3)
      while (far.readableLength > 0 || near.writableLength > 0) await settle(1)
      expect(read()).toEqual(Buffer.concat(sent.map(([name, frame]) => encodeFrame(name, frame))))
    }),
    { numRuns: 60 },
  )
})

test.each([
  ['small frames of two turns leave in one write', 8000, 1],
  ['more than a record does not wait for the next turn', 17_000, 2],
])('%s', async (_, bytes, writes) => {
  const [near] = createLinkPair(() => 65_536)
  let flushes = 0
  const writer = new FrameWriter(near, () => {
    flushes += 1
  })
  writer.writeData(1, Buffer.alloc(bytes))
  setImmediate(() => writer.writeData(1, Buffer.alloc(bytes)))
  await settle(4)
  expect(flushes).toBe(writes)
})

const refused: readonly (readonly [string, FrameName, RawFrame])[] = [
  ['an unknown type', 'data', { type: 8, id: 1, payload: Buffer.from('x') }],
  ['an unknown flag', 'open', { flags: 2, id: 1, payload: Buffer.alloc(4) }],
  ['a reserved bit', 'end', { reserved: 1, id: 1 }],
  ['data of no stream', 'data', { payload: Buffer.from('x') }],
  ['a ping of a stream', 'ping', { id: 1 }],
  ['empty data', 'data', { id: 1 }],
  ['data that is too long', 'data', { id: 1, value: 65_537 }],
  ['a target that is too long', 'open', { id: 1, value: 4101 }],
  ['an open without a window', 'open', { id: 1, payload: Buffer.alloc(3) }],
  ['credit of nothing', 'windowUpdate', { id: 1, value: 0 }],
  ['credit of more than any window', 'windowUpdate', { id: 1, value: 2 ** 24 + 1 }],
  ['an end with something', 'end', { id: 1, value: 1 }],
  ['a reason that is too long', 'reset', { id: 1, value: 257 }],
]

test.each(refused)('%s is refused by its header', (_, name, frame) => {
  const { reader } = createRecorder()
  const header = encodeFrame(name, frame).subarray(0, 12)
  expect(() => reader.read(header)).toThrow(PeerViolationError)
})

test('a refusal says what came and what may come', () => {
  const { reader } = createRecorder()
  const header = encodeFrame('reset', { id: 1, value: 257 })
  expect(() => reader.read(header)).toThrowErrorMatchingInlineSnapshot(
    `[PeerViolationError: A frame of reset announces a payload of so many bytes: 257; it may be 0 to 256.]`,
  )
})

test('bytes of any kind are frames or a violation, nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (soup) => {
      const { reader } = createRecorder()
      try {
        for (const bytes of soup) reader.read(Buffer.from(bytes))
      } catch (failure) {
        expect(failure).toBeInstanceOf(PeerViolationError)
      }
    }),
  )
})

test('a reason is cut to fit, and stays text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (reason) => {
      const bytes = encodeReason(reason, 256)
      expect(bytes.length).toBeLessThanOrEqual(256)
      if (Buffer.byteLength(reason) <= 256) expect(bytes.toString()).toBe(reason)
    }),
  )
})

/** Reads frames and writes them down as they were. */
function createRecorder() {
  const parts: Buffer[] = []
  const reader = new FrameReader({
    beginData: (id, length) => parts.push(encodeFrame('data', { id, value: length })),
    takeData: (piece) => parts.push(Buffer.from(piece)),
    takeFrame: ({ name, flags, id, value, payload }: ControlFrame) =>
      parts.push(encodeFrame(name, { flags, id, value, payload })),
  })
  return { reader, read: () => Buffer.concat(parts) }
}

function writeFrame(writer: FrameWriter, name: FrameName, frame: RawFrame): void {
  const { id = 0, flags = 0, value = 0 } = frame
  if (frame.payload === undefined) return writer.writeValue(name, id, value)
  const payload = Buffer.from(frame.payload)
  if (name === 'data') writer.writeData(id, payload)
  else writer.writePayload(name, { id, flags }, payload)
}
