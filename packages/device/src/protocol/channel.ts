/** The channels of a command, numbered as in Kubernetes' `v5.channel.k8s.io`. */
export const channels = {
  stdin: 0,
  stdout: 1,
  stderr: 2,
  /** How it ended: a core/v1 Status as JSON. */
  error: 3,
  /** The size of the terminal: `{"Width":80,"Height":24}`. */
  resize: 4,
  /** One byte, the channel that is ended: standard input. */
  close: 255,
} as const

/** Bytes of one channel. */
export type ChannelPiece = { readonly channel: number; readonly bytes: Buffer }

/** Channel and length of what follows. */
const HEADER_BYTES = 5
/** A peer's piece is held until it is whole. */
const MOST_BYTES = 1 << 20

/** Returns a piece as it travels: the channel, its length as 4 bytes, big-endian, the bytes. */
export function encodePiece(channel: number, bytes: Uint8Array): Buffer {
  const piece = Buffer.allocUnsafe(HEADER_BYTES + bytes.length)
  piece.writeUInt8(channel)
  piece.writeUInt32BE(bytes.length, 1)
  piece.set(bytes, HEADER_BYTES)
  return piece
}

/** Returns a reader of what comes in any cuts; it throws a RangeError where a piece is too long. */
export function createPieceReader(): (bytes: Buffer) => readonly ChannelPiece[] {
  let held: Buffer[] = []
  let heldBytes = 0
  /** What has to be there before anything can be read: joining what is held each time would cost its square. */
  let wantedBytes = HEADER_BYTES
  return (bytes) => {
    held.push(bytes)
    heldBytes += bytes.length
    if (heldBytes < wantedBytes) return []
    const { pieces, rest, wanted } = readPieces(Buffer.concat(held))
    held = [rest]
    heldBytes = rest.length
    wantedBytes = wanted
    return pieces
  }
}

function readPieces(bytes: Buffer) {
  const pieces: ChannelPiece[] = []
  let rest = bytes
  while (rest.length >= HEADER_BYTES) {
    const length = rest.readUInt32BE(1)
    if (length > MOST_BYTES) {
      throw new RangeError(`A piece of ${length} bytes came; ${MOST_BYTES} are the most.`)
    }
    const end = HEADER_BYTES + length
    if (rest.length < end) return { pieces, rest, wanted: end }
    pieces.push({ channel: rest.readUInt8(), bytes: rest.subarray(HEADER_BYTES, end) })
    rest = rest.subarray(end)
  }
  return { pieces, rest, wanted: HEADER_BYTES }
}
