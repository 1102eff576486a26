import { crc32 } from 'node:zlib'

/** Bytes before each payload: its length, then its CRC-32, both little-endian. */
const HEAD_BYTES = 8

/** What a journal holds, and where that ends: after it nothing whole was found. */
export type ReadFrames = { readonly payloads: readonly Buffer[]; readonly endBytes: number }

/** Returns a payload as it stands in a journal. */
export function encodeFrame(payload: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt32LE(payload.length, 0)
  head.writeUInt32LE(crc32(payload), 4)
  return Buffer.concat([head, payload])
}

/** Returns the whole frames from the start on; what was torn by a power cut, and all behind it, is left out. */
export function readFrames(journal: Buffer): ReadFrames {
  const payloads: Buffer[] = []
  let endBytes = 0
  while (journal.length - endBytes >= HEAD_BYTES) {
    const startBytes = endBytes + HEAD_BYTES
    const payload = journal.subarray(startBytes, startBytes + journal.readUInt32LE(endBytes))
    const isWhole = payload.length === journal.readUInt32LE(endBytes)
    // Zeros, which some file systems leave behind, would be an empty frame with the right sum.
    if (!isWhole || payload.length === 0 || crc32(payload) !== journal.readUInt32LE(endBytes + 4)) {
      break
    }
    payloads.push(payload)
    endBytes = startBytes + payload.length
  }
  return { payloads, endBytes }
}
