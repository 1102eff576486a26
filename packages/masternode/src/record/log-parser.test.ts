import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createLogParser } from './log-parser.ts'

const at = '2026-01-01T00:00:00.100000000Z'

test('however a log is cut into pieces, its lines are the same', () => {
  const text = fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll(/[\r\n]/g, ''))
  fc.assert(
    fc.property(fc.array(text), fc.array(fc.nat(9)), (texts, cuts) => {
      const log = Buffer.from(texts.map((line) => `2026-01-01T00:00:00.1Z ${line}\n`).join(''))
      const parser = createLogParser()
      const lines = []
      let start = 0
      for (const length of [...cuts, log.length]) {
        lines.push(...parser.parse(log.subarray(start, start + length)))
        start += length
      }
      expect(lines).toEqual(
        texts.map((line, ordinal) => ({ at, ordinal, isGap: false, text: line })),
      )
    }),
  )
})

test('a line without a time is of the moment before it, and before the first one there is none', () => {
  const { parse, lastAt } = createLogParser()
  const lines = parse(Buffer.from(`lost\n${at} one\nmore\n\n`))
  expect(lines.map(({ text, ordinal }) => [text, ordinal])).toEqual([
    ['one', 0],
    ['more', 1],
    ['', 2],
  ])
  expect(lastAt()).toBe(at)
})

test('a line without an end takes no more memory than a line may', () => {
  const { parse } = createLogParser()
  const lines = [...parse(Buffer.from(`${at} `))]
  for (let count = 0; count < 100; count += 1) lines.push(...parse(Buffer.alloc(1 << 14, 'x')))
  lines.push(...parse(Buffer.from(`end\n${at} next\n`)))
  expect(lines.map(({ text }) => text.length)).toEqual([expect.any(Number), 4])
  expect(lines[0]?.text.length).toBeLessThanOrEqual(1 << 16)
})
