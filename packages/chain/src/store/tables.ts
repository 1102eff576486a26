import { bytesToHex } from '@ethereumjs/util'

/**
 * Where everything lies in the store: the first byte of a key names its table. Numbers in keys are big-endian, so that
 * keys sort as numbers do.
 */
const table = {
  /** The name of what there is one of → its value. */
  meta: 0x00,
  /** 32 bytes keccak-256 → a node of the state trie or of a storage trie; 'c' and 32 bytes → a contract's code. */
  state: 0x01,
  /** Number (8) → the block. */
  block: 0x02,
  /** Block hash (32) → number (8). */
  blockNumber: 0x03,
  /** Number (8) → what the block's transactions did (`outcome.ts`). */
  outcome: 0x04,
  /** Transaction hash (32) → block number (8), index in the block (4). */
  transaction: 0x05,
  /** What (1: 0 address, 1 to 4 topic), its value (32), block number (8) → nothing. */
  log: 0x06,
  /** Transaction hash (32) → a transaction that was accepted and is in no block yet. */
  pool: 0x07,
} as const

/** Returns the key of what there is one of, e.g. `head`. */
export function metaKey(name: 'head' | 'genesis'): Uint8Array {
  return keyOf(table.meta, new TextEncoder().encode(name))
}

/** Returns where a trie's own key lies. */
export function stateKey(key: Uint8Array): Uint8Array {
  return keyOf(table.state, key)
}

/** Returns the key of a block. */
export function blockKey(number: bigint): Uint8Array {
  return keyOf(table.block, numberToBytes(number))
}

/** Returns the key of a block hash's number. */
export function blockNumberKey(hash: Uint8Array): Uint8Array {
  return keyOf(table.blockNumber, hash)
}

/** Returns the key of what a block's transactions did. */
export function outcomeKey(number: bigint): Uint8Array {
  return keyOf(table.outcome, numberToBytes(number))
}

/** Returns the key of where a transaction stands. */
export function transactionKey(hash: Uint8Array): Uint8Array {
  return keyOf(table.transaction, hash)
}

/** Returns the key of a transaction that waits. */
export function poolKey(hash: Uint8Array): Uint8Array {
  return keyOf(table.pool, hash)
}

/** Returns the range of all transactions that wait. */
export function poolRange(): { readonly from: Uint8Array; readonly to: Uint8Array } {
  return { from: Uint8Array.of(table.pool), to: Uint8Array.of(table.pool + 1) }
}

/** Returns the range of everything but transactions that wait. */
export function chainRange(): { readonly from: Uint8Array; readonly to: Uint8Array } {
  return { from: Uint8Array.of(table.meta), to: Uint8Array.of(table.pool) }
}

/** Returns what lies at a key, for people. */
export function describeKey(key: Uint8Array): string {
  const name = Object.entries(table).find(([, first]) => first === key[0])?.[0] ?? 'unknown'
  return `the entry ${bytesToHex(key.subarray(1))} of the table ${name}`
}

/** What a log is found by: its address (0) or one of its four topics (1 to 4). */
export type LogField = 0 | 1 | 2 | 3 | 4

/** Returns the key that says: block `number` has a log with this value; `value` has 32 bytes, addresses zeros first. */
export function logKey(field: LogField, value: Uint8Array, number: bigint): Uint8Array {
  return keyOf(table.log, Uint8Array.of(field), value, numberToBytes(number))
}

/** Returns the number that a key of a block, or of a log, ends with. */
export function numberOfKey(key: Uint8Array): bigint {
  return bytesToNumber(key.subarray(key.length - 8))
}

/** Returns a block number as 8 bytes, big-endian. */
export function numberToBytes(number: bigint): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, number)
  return bytes
}

/** Returns the number in the first 8 bytes, big-endian. */
export function bytesToNumber(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)
}

function keyOf(first: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const key = new Uint8Array(parts.reduce((length, part) => length + part.length, 1))
  key[0] = first
  let at = 1
  for (const part of parts) {
    key.set(part, at)
    at += part.length
  }
  return key
}
