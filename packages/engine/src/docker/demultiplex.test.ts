import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { OutputChunk } from '../container/container.ts'
import { demultiplex } from './demultiplex.ts'

const frames = fc.array(
  fc.record({ stream: fc.constantFrom('stdout', 'stderr'), text: fc.string({ maxLength: 20 }) }),
)

test('yields what was framed, wherever the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(frames, fc.array(fc.nat(40), { maxLength: 10 }), async (wanted, cuts) => {
      const bytes = Buffer.concat(wanted.map(({ stream, text }) => frame(stream, text)))
      const found = await collect(demultiplex(cut(bytes, cuts)))
      for (const stream of ['stdout', 'stderr']) {
        const texts = wanted.filter((one) => one.stream === stream).map(({ text }) => text)
        expect(found[stream]).toBe(texts.join(''))
      }
    }),
  )
})

test('reads no further than it is read', async () => {
  let taken = 0
  async function* source(): AsyncGenerator<Buffer> {
    for (;;) {
      taken += 1
      yield frame('stdout', 'x'.repeat(1000))
    }
  }
  for await (const { bytes } of demultiplex(source())) {
    expect(bytes).toHaveLength(1000)
    if (taken === 3) break
  }
  expect(taken).toBe(3)
})

function frame(stream: string, text: string): Buffer {
  const payload = Buffer.from(text)
  const header = Buffer.alloc(8)
  header[0] = stream === 'stderr' ? 2 : 1
  header.writeUInt32BE(payload.length, 4)
  return Buffer.concat([header, payload])
}

async function* cut(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  let rest = bytes
  for (const length of cuts) {
    yield rest.subarray(0, length)
    rest = rest.subarray(length)
  }
  yield rest
}

async function collect(chunks: AsyncIterable<OutputChunk>): Promise<Record<string, string>> {
  const parts: Record<string, Uint8Array[]> = { stdout: [], stderr: [] }
  for await (const { stream, bytes } of chunks) parts[stream]?.push(bytes)
  return {
    stdout: Buffer.concat(parts['stdout'] ?? []).toString(),
    stderr: Buffer.concat(parts['stderr'] ?? []).toString(),
  }
}
