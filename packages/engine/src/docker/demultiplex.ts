import type { OutputChunk } from '../container/container.ts'

/** Bytes before each frame: the stream's number, three zeros, the length. */
const HEADER_BYTES = 8

/**
 * Reads what a container wrote from the engine's frames, parts of frames as they come: nothing is held back, so that a
 * slow reader slows the container down instead of filling memory.
 *
 * @yields a part of a frame.
 */
export async function* demultiplex(source: AsyncIterable<Uint8Array>): AsyncGenerator<OutputChunk> {
  let header: Buffer = Buffer.alloc(0)
  let remaining = 0
  let stream: OutputChunk['stream'] = 'stdout'
  for await (const chunk of source) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    while (rest.length > 0) {
      if (remaining > 0) {
        const bytes = rest.subarray(0, remaining)
        remaining -= bytes.length
        rest = rest.subarray(bytes.length)
        yield { stream, bytes }
        continue
      }
      const missing = HEADER_BYTES - header.length
      header = Buffer.concat([header, rest.subarray(0, missing)])
      rest = rest.subarray(missing)
      if (header.length < HEADER_BYTES) continue
      stream = header[0] === 2 ? 'stderr' : 'stdout'
      remaining = header.readUInt32BE(4)
      header = Buffer.alloc(0)
    }
  }
}
