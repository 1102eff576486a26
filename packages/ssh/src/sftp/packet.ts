import { wireNumber, wireString } from '../wire.ts'
import type { Attributes } from './attributes.ts'
import { MOST_PACKET_BYTES } from './protocol.ts'
import { SftpError } from './sftp-error.ts'

/**
 * Reads a stream.
 *
 * @yields its packets, without their lengths.
 * @throws {@link SftpError} where it is no SFTP.
 */
export async function* readPackets(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0)
  for await (const bytes of source) {
    held = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes])
    while (held.length >= 4) {
      const length = held.readUInt32BE(0)
      if (length === 0 || length > MOST_PACKET_BYTES) {
        throw new SftpError('badMessage', `A packet says that it has ${length} bytes.`)
      }
      if (held.length < 4 + length) break
      yield held.subarray(4, 4 + length)
      held = held.subarray(4 + length)
    }
  }
}

/** Returns a packet as it is sent. */
export function writePacket(type: number, ...fields: readonly Uint8Array[]): Buffer {
  return wireString(Buffer.concat([Buffer.of(type), ...fields]))
}

/** Reads the fields of a packet, in order. Throws {@link SftpError} where one is not there. */
export class PacketReader {
  readonly #packet: Buffer
  #at = 0

  constructor(packet: Buffer) {
    this.#packet = packet
  }

  byte(): number {
    return this.#take(1).readUInt8(0)
  }

  number(): number {
    return this.#take(4).readUInt32BE(0)
  }

  /** A number of 64 bits: more than JavaScript has exactly is no offset in a file. */
  large(): number {
    const value = Number(this.#take(8).readBigUInt64BE(0))
    if (!Number.isSafeInteger(value)) throw new SftpError('failure', 'There is no such offset.')
    return value
  }

  bytes(): Buffer {
    return this.#take(this.number())
  }

  text(): string {
    return this.bytes().toString('utf8')
  }

  /** A name of a file: what no system takes is refused here. */
  path(): string {
    const path = this.text()
    if (path.includes('\0')) throw new SftpError('noSuchFile', 'A name has no NUL.')
    return path
  }

  attributes(): Attributes {
    const flags = this.number()
    const size = flags & 1 ? this.large() : undefined
    const owner = flags & 2 ? { uid: this.number(), gid: this.number() } : undefined
    const mode = flags & 4 ? this.number() : undefined
    const times = flags & 8 ? { accessed: this.number(), modified: this.number() } : undefined
    return { size, owner, mode, times }
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#packet.length) throw new SftpError('badMessage', 'A packet is too short.')
    const bytes = this.#packet.subarray(this.#at, end)
    this.#at = end
    return bytes
  }
}

/** Returns attributes as they are sent. */
export function writeAttributes({ size, owner, mode, times }: Attributes): Buffer {
  const has = [size, owner, mode, times].map((value, bit) => (value === undefined ? 0 : 1 << bit))
  const fields = [wireNumber(has.reduce((sum, bit) => sum + bit, 0))]
  if (size !== undefined) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(BigInt(size))
    fields.push(bytes)
  }
  if (owner !== undefined) fields.push(wireNumber(owner.uid), wireNumber(owner.gid))
  if (mode !== undefined) fields.push(wireNumber(mode))
  if (times !== undefined) fields.push(wireNumber(times.accessed), wireNumber(times.modified))
  return Buffer.concat(fields)
}
