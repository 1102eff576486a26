import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createPieceReader, encodePiece } from './channel.ts'

test('pieces arrive as they were sent, however they are cut', () => {
  const piece = fc.record({ channel: fc.integer({ min: 0, max: 255 }), bytes: fc.uint8Array() })
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.integer({ min: 1, max: 40 })), (sent, cuts) => {
      const wire = Buffer.concat(sent.map(({ channel, bytes }) => encodePiece(channel, bytes)))
      const read = createPieceReader()
      const got = []
      for (let at = 0, turn = 0; at < wire.length; turn += 1) {
        const end = at + (cuts[turn % Math.max(1, cuts.length)] ?? wire.length)
        got.push(...read(wire.subarray(at, end)))
        at = end
      }
      expect(got.map(({ channel, bytes }) => [channel, [...bytes]])).toEqual(
        sent.map(({ channel, bytes }) => [channel, [...bytes]]),
      )
    }),
  )
})

test('a piece that would have to be held is refused by its length', () => {
  const read = createPieceReader()
  expect(() => read(Buffer.from([0, 0xff, 0, 0, 0]))).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: A piece of 4278190080 bytes came; 1048576 are the most.]`,
  )
})
