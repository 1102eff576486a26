import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'

import { readJsonLines } from './lines.ts'

const schema = z.object({ text: z.string() })

test('reads each document, wherever its bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string()), fc.integer({ min: 1, max: 7 }), async (texts, size) => {
      const bytes = Buffer.from(texts.map((text) => `${JSON.stringify({ text })}\r\n`).join(''))
      expect(await collect(cut(bytes, size))).toEqual(texts)
    }),
  )
})

test('leaves out what is no document, or another one', async () => {
  const bytes = Buffer.from('{"text":"a"}\nnot json\n{"other":1}\n\n{"text":"b"}\n{"text":"cut')
  expect(await collect(cut(bytes, 5))).toEqual(['a', 'b'])
})

test('forgets a line that is too long, and reads the next', async () => {
  const long = JSON.stringify({ text: 'x'.repeat(2_500_000) })
  const bytes = Buffer.from(`${long}\n{"text":"next"}\n`)
  expect(await collect(cut(bytes, 500_000))).toEqual(['next'])
})

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function collect(source: AsyncIterable<Buffer>): Promise<readonly string[]> {
  const texts: string[] = []
  for await (const { text } of readJsonLines(source, schema)) texts.push(text)
  return texts
}
