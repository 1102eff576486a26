/** Bytes of a frame's header: type (1), flags (1), reserved, 0 (2), stream id (4), length or value (4); big-endian. */
export const HEADER_BYTES = 12

/**
 * What each frame is. `length`: what the header's last field means, the bytes of a payload (at most `most` of them) or a
 * value from 1 (from 0 where `least` says so) to `most`. `flags`: the bits that may be set. Frames of the link have id 0.
 */
export const frames = {
  /** Bytes of a stream; costs credit. */
  data: { type: 0, of: 'stream', length: 'payload', least: 1, most: 65_536, flags: 0 },
  /** Begins a stream: the opener's receive window (4), then the target, which the tunnel does not read. Flag: urgent. */
  open: { type: 1, of: 'stream', length: 'payload', least: 4, most: 4100, flags: 1 },
  /** Gives so much credit. */
  windowUpdate: { type: 2, of: 'stream', length: 'value', least: 1, most: 2 ** 24, flags: 0 },
  /** No more data from the sender (half close). */
  end: { type: 3, of: 'stream', length: 'value', least: 0, most: 0, flags: 0 },
  /** The stream is over in both directions. Flags: a {@link resetCodes} number. Payload: the reason, UTF-8. */
  reset: { type: 4, of: 'stream', length: 'payload', least: 0, most: 256, flags: 255 },
  ping: { type: 5, of: 'link', length: 'value', least: 0, most: 2 ** 32 - 1, flags: 0 },
  /** Repeats the value of a ping. */
  pong: { type: 6, of: 'link', length: 'value', least: 0, most: 2 ** 32 - 1, flags: 0 },
  /** The sender takes no more streams. Flags and payload as of a reset; `noError` is a farewell, all else ends the link. */
  goAway: { type: 7, of: 'link', length: 'payload', least: 0, most: 256, flags: 255 },
} as const satisfies Readonly<Record<string, FrameKind>>

/** A row of {@link frames}. */
export type FrameKind = {
  readonly type: number
  readonly of: 'stream' | 'link'
  readonly length: 'payload' | 'value'
  readonly least: number
  readonly most: number
  readonly flags: number
}

/** A frame's name. */
export type FrameName = keyof typeof frames

/** The frames' names, by type number. */
export const frameNames: readonly FrameName[] = Object.freeze([
  'data',
  'open',
  'windowUpdate',
  'end',
  'reset',
  'ping',
  'pong',
  'goAway',
])
