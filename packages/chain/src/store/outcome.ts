import { ByteReader } from './byte-reader.ts'
import type { Log, Receipt } from './receipt.ts'
import { numberToBytes } from './tables.ts'

/** What a block's transactions did, and what a log's reader wants to know of the block. */
export type BlockOutcome = {
  readonly hash: Uint8Array
  /** Seconds since 1970. */
  readonly timestamp: bigint
  /** One for each transaction, in their order. */
  readonly receipts: readonly Receipt[]
}

/** The machine has LOG0 to LOG4. */
const MOST_TOPICS = 4

/**
 * Returns an outcome as it is stored; numbers are big-endian. A search reads thousands of them, each in an eighth of the
 * time that RLP takes.
 *
 * - Block hash (32), timestamp (8), how many receipts follow (4).
 * - Each receipt: transaction hash (32), 1 for success or 0 (1), cumulative gas (8), how many logs follow (4).
 * - Each log: address (20), how many topics (1), the topics (32 each), how long its data is (4), the data.
 */
export function encodeOutcome({ hash, timestamp, receipts }: BlockOutcome): Uint8Array {
  const parts = [hash, numberToBytes(timestamp), countToBytes(receipts.length)]
  for (const { transactionHash, isSuccess, cumulativeGasUsed, logs } of receipts) {
    parts.push(transactionHash, Uint8Array.of(Number(isSuccess)))
    parts.push(numberToBytes(cumulativeGasUsed), countToBytes(logs.length))
    for (const { address, topics, data } of logs) {
      parts.push(address, Uint8Array.of(topics.length), ...topics, countToBytes(data.length), data)
    }
  }
  const { buffer, byteOffset, byteLength } = Buffer.concat(parts)
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/**
 * Returns an outcome from what is stored; its parts are views of that.
 *
 * @throws {@link RangeError} where it is none.
 */
export function decodeOutcome(bytes: Uint8Array): BlockOutcome {
  const reader = new ByteReader(bytes)
  const [hash, timestamp] = [reader.take(32), reader.takeNumber()]
  const receipts = takeMany(reader, takeReceipt)
  reader.assertEnd()
  return { hash, timestamp, receipts }
}

function takeReceipt(reader: ByteReader): Receipt {
  return {
    transactionHash: reader.take(32),
    isSuccess: reader.takeByte(1) === 1,
    cumulativeGasUsed: reader.takeNumber(),
    logs: takeMany(reader, takeLog),
  }
}

function takeLog(reader: ByteReader): Log {
  const address = reader.take(20)
  const topics: Uint8Array[] = []
  for (let left = reader.takeByte(MOST_TOPICS); left > 0; left -= 1) topics.push(reader.take(32))
  return { address, topics, data: reader.take(reader.takeCount()) }
}

function takeMany<Part>(reader: ByteReader, take: (reader: ByteReader) => Part): readonly Part[] {
  const parts: Part[] = []
  for (let left = reader.takeCount(); left > 0; left -= 1) parts.push(take(reader))
  return parts
}

function countToBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, count)
  return bytes
}
