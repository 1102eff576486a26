/** Returns what SSH calls a string (RFC 4251, section 5): its length, and its bytes. */
export function wireString(content: string | Uint8Array): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** Returns what SSH calls an mpint of a natural number: without needless zeros, and with one where it would look negative. */
export function wireInteger(bigEndian: Uint8Array): Buffer {
  const first = bigEndian.findIndex((byte) => byte !== 0)
  const digits = first < 0 ? Buffer.alloc(0) : Buffer.from(bigEndian.subarray(first))
  const looksNegative = (digits[0] ?? 0) > 0x7f
  return wireString(looksNegative ? Buffer.concat([Buffer.alloc(1), digits]) : digits)
}
