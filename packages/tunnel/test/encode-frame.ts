/** Frames as a peer may write them, right or wrong. */

import { frames, HEADER_BYTES, type FrameName } from '../src/frame/frame-table.ts'

/** Fields of a header; what is left out is 0, and the length is the payload's. */
export type RawFrame = {
  readonly type?: number
  readonly flags?: number
  readonly reserved?: number
  readonly id?: number
  readonly value?: number
  readonly payload?: Uint8Array
}

/** Returns a frame's bytes, whatever it says. */
export function encodeFrame(name: FrameName, frame: RawFrame = {}): Buffer {
  const { flags = 0, reserved = 0, id = 0, payload = new Uint8Array() } = frame
  const header = Buffer.alloc(HEADER_BYTES)
  header[0] = frame.type ?? frames[name].type
  header[1] = flags
  header.writeUInt16BE(reserved, 2)
  header.writeUInt32BE(id, 4)
  header.writeUInt32BE(frame.value ?? payload.length, 8)
  return Buffer.concat([header, payload])
}

/** Returns the bytes that open a stream. */
export function encodeOpen(id: number, windowBytes = 65_536, target = ''): Buffer {
  const window = Buffer.alloc(4)
  window.writeUInt32BE(windowBytes)
  return encodeFrame('open', { id, payload: Buffer.concat([window, Buffer.from(target)]) })
}
