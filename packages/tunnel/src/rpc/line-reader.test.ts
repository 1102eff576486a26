import fc from 'fast-check'
import { expect, test } from 'vitest'

import { LineReader } from './line-reader.ts'

test('lines are found however they are cut', () => {
  const lines = fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', '')))
  const cut = fc.integer({ min: 1, max: 20 })
  fc.assert(
    fc.property(lines, cut, (sent, size) => {
      const bytes = Buffer.from(sent.map((line) => `${line}\n`).join(''))
      const reader = new LineReader(10_000)
      const read: string[] = []
      for (let at = 0; at < bytes.length; at += size) {
        read.push(...reader.read(bytes.subarray(at, at + size)))
      }
      expect(read).toEqual(sent)
    }),
  )
})

test('a line of the most bytes is read, one more is refused before its end comes', () => {
  const longest = 'x'.repeat(5000)
  expect([...new LineReader(5000).read(Buffer.from(`${longest}\n`))]).toEqual([longest])
  const reader = new LineReader(5000)
  const byByte = () => {
    for (let byte = 0; byte <= 5000; byte += 1)
      expect([...reader.read(Buffer.from('x'))]).toEqual([])
  }
  expect(byByte).toThrow('A message is longer than 5000 bytes.')
})
