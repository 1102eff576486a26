import { Duplex } from 'node:stream'
import { constants, createDeflate, createInflate } from 'node:zlib'

import { spdyDictionary } from './spdy-dictionary.ts'

/** A frame's payload, its headers unpacked, and the streams of a connection are held below these. */
const MAX_FRAME_BYTES = 1 << 20
const MAX_HEADER_BYTES = 64 << 10
const MAX_STREAMS = 512

const frameTypes = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 } as const

/** Who is told of a stream that the client opened; header names are lower case. */
type OnStream = (stream: Duplex, headers: Readonly<Record<string, string>>) => void

/**
 * Serves SPDY/3.1 on a connection, as far as kubectl's port-forward speaks it: streams, data, resets and pings, without flow
 * control, which it does not use. Whatever breaks the protocol ends the connection.
 */
export function serveSpdy(connection: Duplex, onStream: OnStream): void {
  const frames = createFrames(connection)
  const streams = new Map<number, Duplex>()

  async function open(payload: Buffer, isFinal: boolean): Promise<void> {
    const id = payload.readUInt32BE(0) & 0x7fff_ffff
    if (streams.has(id) || streams.size >= MAX_STREAMS) throw new Error(`Stream ${id} is refused.`)
    const headers = parseHeaders(await frames.inflate(payload.subarray(10)))
    const stream = createStream(id, frames)
    streams.set(id, stream)
    stream.on('error', () => {})
    stream.on('close', () => streams.delete(id))
    await frames.acknowledge(id)
    onStream(stream, headers)
    if (isFinal) stream.push(null)
  }

  async function takeData(header: Buffer, payload: Buffer): Promise<void> {
    const stream = streams.get(header.readUInt32BE(0))
    if (stream === undefined || stream.readableEnded) return
    const isFull = payload.length > 0 && !stream.push(payload)
    if (isFinalFrame(header)) stream.push(null)
    else if (isFull) await eventOf(stream, 'drained')
  }

  async function take(header: Buffer, payload: Buffer): Promise<void> {
    if ((header[0] ?? 0) < 0x80) return takeData(header, payload)
    const type = header.readUInt16BE(2)
    if (type === frameTypes.synStream) return open(payload, isFinalFrame(header))
    if (type === frameTypes.rstStream) streams.get(payload.readUInt32BE(0))?.destroy()
    if (type === frameTypes.ping) await frames.control(frameTypes.ping, payload)
    if (type === frameTypes.goAway) connection.end()
  }

  const end = (): void => {
    for (const stream of streams.values()) stream.destroy()
  }
  connection.on('error', () => {})
  connection.on('close', end)
  readFrames(connection, take).catch(() => connection.destroy())
}

const isFinalFrame = (header: Buffer): boolean => ((header[4] ?? 0) & 1) === 1

/** Resolves once a stream tells of room, or is closed. */
function eventOf(stream: Duplex, event: 'drain' | 'drained'): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      stream.off(event, end)
      stream.off('close', end)
      resolve()
    }
    if (stream.closed) return resolve()
    stream.on(event, end)
    stream.on('close', end)
  })
}

// What comes is read no faster than it is taken, and than its answers are: whoever does not read them waits.
async function readFrames(
  connection: Duplex,
  take: (header: Buffer, payload: Buffer) => Promise<void>,
): Promise<void> {
  let buffer: Buffer = Buffer.alloc(0)
  for await (const chunk of connection.iterator({ destroyOnReturn: false })) {
    buffer = buffer.length === 0 ? (chunk as Buffer) : Buffer.concat([buffer, chunk as Buffer])
    while (buffer.length >= 8) {
      const length = buffer.readUIntBE(5, 3)
      if (length > MAX_FRAME_BYTES) throw new Error(`A frame has ${length} bytes.`)
      if (buffer.length < 8 + length) break
      const [header, payload] = [buffer.subarray(0, 8), buffer.subarray(8, 8 + length)]
      buffer = buffer.subarray(8 + length)
      await take(header, payload)
    }
  }
}

type Frames = ReturnType<typeof createFrames>

/** Writes frames; headers of all streams share one compression. */
function createFrames(connection: Duplex) {
  const inflater = createInflate({ dictionary: spdyDictionary })
  const deflater = createDeflate({ dictionary: spdyDictionary })
  connection.on('close', () => {
    inflater.close()
    deflater.close()
  })

  async function control(type: number, payload: Buffer): Promise<void> {
    const header = Buffer.alloc(8)
    header.writeUInt16BE(0x8003, 0)
    header.writeUInt16BE(type, 2)
    header.writeUInt32BE(payload.length, 4)
    if (!connection.write(Buffer.concat([header, payload]))) await eventOf(connection, 'drain')
  }

  return {
    control,
    inflate: (bytes: Buffer) => pass(inflater, bytes),
    acknowledge: async (id: number) => {
      const head = Buffer.alloc(4)
      head.writeUInt32BE(id)
      // No headers: their count is 0.
      await control(
        frameTypes.synReply,
        Buffer.concat([head, await pass(deflater, Buffer.alloc(4))]),
      )
    },
    /** Data of nothing ends the stream. */
    data: (id: number, payload: Buffer, done: (error?: Error | null) => void) => {
      const header = Buffer.alloc(8)
      header.writeUInt32BE(id, 0)
      header.writeUInt32BE(payload.length, 4)
      header[4] = payload.length === 0 ? 1 : 0
      connection.write(Buffer.concat([header, payload]), done)
    },
  }
}

function pass(
  codec: ReturnType<typeof createInflate> | ReturnType<typeof createDeflate>,
  bytes: Buffer,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let size = 0
    const take = (part: Buffer): void => {
      size += part.length
      parts.push(part)
      if (size > MAX_HEADER_BYTES)
        reject(new Error(`Headers have more than ${MAX_HEADER_BYTES} bytes.`))
    }
    codec.on('data', take)
    codec.once('error', reject)
    codec.write(bytes)
    codec.flush(constants.Z_SYNC_FLUSH, () => {
      codec.off('data', take)
      codec.off('error', reject)
      resolve(Buffer.concat(parts))
    })
  })
}

function createStream(id: number, frames: Frames): Duplex {
  return new Duplex({
    read() {
      this.emit('drained')
    },
    write(chunk: Buffer, _encoding, done) {
      if (chunk.length === 0) done()
      else frames.data(id, chunk, done)
    },
    final(done) {
      frames.data(id, Buffer.alloc(0), done)
    },
  })
}

function parseHeaders(bytes: Buffer): Record<string, string> {
  const headers: Record<string, string> = {}
  let at = 4
  const text = (): string => {
    const length = bytes.readUInt32BE(at)
    at += 4 + length
    return bytes.toString('latin1', at - length, at)
  }
  for (let left = bytes.readUInt32BE(0); left > 0; left -= 1) {
    const name = text().toLowerCase()
    headers[name] = text()
  }
  return headers
}
